// SPDX-License-Identifier: Apache-2.0
#include "actors/node/identity_guard.hpp"

namespace roost::actors {
namespace {

constexpr milliseconds ask_again_after{250};

}  // namespace

void identity_guard::lost() {
  is_sure_ = false;
  ++question_;
  ask_at_.reset();
  missing_since_.reset();
}

void identity_guard::back(time_point now) {
  if (!is_sure_) ask_at_ = now;
}

std::optional<std::uint64_t> identity_guard::next_question(time_point now) {
  if (!ask_at_ || now < *ask_at_) return {};
  ask_at_.reset();
  return ++question_;
}

bool identity_guard::answered(std::uint64_t question, const cluster::identity_finding& finding,
                              time_point now) {
  if (question != question_ || is_sure_) return false;
  switch (finding.state) {
    case cluster::identity_state::same:
      is_sure_ = true;
      missing_since_.reset();
      return true;
    case cluster::identity_state::changed:
      why_to_end_ = finding.why;
      return false;
    case cluster::identity_state::missing:
      if (!missing_since_) missing_since_ = now;
      if (now - *missing_since_ >= grace_) {
        why_to_end_ = finding.why;
        return false;
      }
      break;
    case cluster::identity_state::unknown:
      break;
  }
  ask_at_ = now + ask_again_after;
  return false;
}

std::string_view name_of(cluster::identity_state state) {
  switch (state) {
    case cluster::identity_state::same:
      return "same";
    case cluster::identity_state::missing:
      return "missing";
    case cluster::identity_state::changed:
      return "changed";
    case cluster::identity_state::unknown:
      break;
  }
  return "unknown";
}

}  // namespace roost::actors
