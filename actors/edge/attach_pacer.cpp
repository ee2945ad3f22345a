// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/attach_pacer.hpp"

namespace roost::actors {

void attach_pacer::ask(turn& of, node_id owner, std::size_t bytes) {
  const std::scoped_lock guard(lock_);
  auto& at = windows_[owner];
  of.owner_ = owner;
  of.bytes_ = bytes;
  of.has_begun_ = false;
  of.at_ = at.waiting.insert(at.waiting.end(), &of);
  begin_next(at);
}

void attach_pacer::end(turn& of) {
  const std::scoped_lock guard(lock_);
  const auto found = windows_.find(of.owner_);
  auto& at = found->second;
  if (of.has_begun_) {
    --at.edges;
    at.bytes -= of.bytes_;
  } else {
    at.waiting.erase(of.at_);
  }
  begin_next(at);
  if (at.edges == 0) windows_.erase(found);
}

std::uint64_t attach_pacer::begun() const {
  const std::scoped_lock guard(lock_);
  return begun_;
}

bool attach_pacer::is_idle() const {
  const std::scoped_lock guard(lock_);
  return windows_.empty();
}

void attach_pacer::begin_next(window& at) {
  while (!at.waiting.empty()) {
    auto& next = *at.waiting.front();
    const bool fits = at.edges < limits_.edges_max && at.bytes + next.bytes_ <= limits_.bytes_max;
    if (at.edges > 0 && !fits) return;
    at.waiting.pop_front();
    ++at.edges;
    at.bytes += next.bytes_;
    ++begun_;
    next.has_begun_ = true;
    next.begin();
  }
}

}  // namespace roost::actors
