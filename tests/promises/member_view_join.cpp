// SPDX-License-Identifier: Apache-2.0
// Checks the reply to a join: the room's position, and the result of a resume.
#include <algorithm>

#include "tests/promises/member_view.hpp"

namespace roost::promises {

void member_view::check_join(const request& request, const received_frame& frame) {
  const auto& response = frame.payload.at("response");
  const position head{response.at("epoch"), response.at("offset")};
  check_head(head);
  const bool has_result = response.contains("recovered") && response.contains("missed");
  if (!request.resume && !request.history) {
    if (response.contains("recovered")) broke(promise::resume, "not requested: " + response.dump());
    return;
  }
  if (!has_result) return broke(promise::resume, "the join's reply is incomplete");
  if (!request.resume) return check_history(request, frame);
  const std::uint64_t missed = response.at("missed");
  const auto& from = *request.resume;
  const auto text = from.epoch + ":" + std::to_string(from.at) + ": " + response.dump();
  if (response.at("recovered").get<bool>()) {
    ++resumes_recovered_;
    if (head.at - missed != from.at) broke(promise::resume, "did not resume from " + text);
    if (missed > terms_.history_events && !terms_.keeps_more)
      broke(promise::resume, "recovered more than the history holds from " + text);
    return;
  }
  if (missed > request.history.value_or(0)) broke(promise::resume, "more than requested: " + text);
  // A join that was sent again is answered with the events that are held then.
  constexpr milliseconds prompt{200};
  if (terms_.moves && clock_.now() - request.at >= prompt) return;
  if (must_be_held(from, head)) broke(promise::resume, "in the history but not recovered: " + text);
}

void member_view::check_head(const position& head) {
  auto& known = heads_[head.epoch];
  if (head.at < known) {
    broke(promise::order,
          "the room went back from " + std::to_string(known) + " to " + std::to_string(head.at));
  }
  known = std::max(known, head.at);
}

void member_view::check_history(const request& request, const received_frame& frame) {
  const auto& response = frame.payload.at("response");
  const std::uint64_t head = response.at("offset");
  const std::uint64_t missed = response.at("missed");
  const auto held = terms_.keeps_more ? head : terms_.history_events;
  const auto max = std::min({std::uint64_t{*request.history}, held, head});
  const bool is_all = missed == max && response.at("recovered") == true;
  if (missed > max || (!terms_.history_age && !is_all)) {
    broke(promise::resume, "not the last " + std::to_string(max) + ": " + response.dump());
  }
}

/// Whether the room must still hold every event after this position and know its epoch.
bool member_view::must_be_held(const position& from, const position& head) const {
  // If answers may be lost, the answer that arrives may date from a time when the room did not hold
  // these events.
  if (terms_.loses || from != position_ || head.at < from.at) return false;
  // A join that was sent again is answered with its first head and the events that are held now.
  const auto newest = terms_.moves ? truth_.newest_in(head.epoch) : 0;
  const auto behind = std::max(head.at, newest) - from.at;
  if (behind > terms_.history_events) return false;
  if (terms_.history_age) {
    const auto young = std::min(milliseconds(30'000), *terms_.history_age);
    if (!next_born_after_ || clock_.now() - *next_born_after_ >= young) return false;
  }
  if (from.epoch == head.epoch || terms_.is_durable) return true;
  // The room forgets an epoch with its last event. Events may also have expired by age.
  if (terms_.history_age || !shows_positions_ || from.at == 0) return false;
  return behind < terms_.history_events || truth_.epoch_at(from.at + 1) == from.epoch;
}

}  // namespace roost::promises
