// SPDX-License-Identifier: Apache-2.0
#include "actors/room/history.hpp"

#include <algorithm>
#include <utility>

#include "actors/messages/held_bytes.hpp"

namespace roost::actors {

namespace {

std::size_t content_bytes(const cluster::event& event) {
  const auto& ordered = cluster::ordered_of(event);
  return ordered.name.size() + ordered.payload.data.size;
}

}  // namespace

std::size_t history::bytes_of(const cluster::event& event) {
  return held_bytes(event) + sizeof(held);
}

void history::use(const room_rule::history_settings& limits, time_point now) {
  limits_ = limits;
  if (!epochs_.empty()) keep_bounds(now);
}

void history::begin_epoch(epoch number, std::string text) {
  epochs_.push_back({number, std::move(text), offset{head_.value + 1}});
  evict_epochs();
}

void history::restore(std::vector<epoch_start> epochs, offset head) {
  epochs_ = std::move(epochs);
  head_ = head;
}

void history::append(cluster::event_ptr event, time_point now) {
  head_ = event->at;
  bytes_ += bytes_of(*event);
  events_.push_back({std::move(event), now});
  keep_bounds(now);
}

void history::shrink(std::size_t bytes) {
  while (bytes_ > bytes) drop_oldest();
  evict_epochs();
}

void history::trim(time_point now) { keep_bounds(now); }

std::optional<time_point> history::next_due() const {
  if (events_.empty() || keeps_all_) return std::nullopt;
  return events_.front().since + age_max();
}

void history::keep_bounds(time_point now) {
  if (keeps_all_) return;
  while (!events_.empty() && (events_.size() > limits_.events_max || bytes_ > limits_.bytes_max ||
                              now - events_.front().since >= age_max())) {
    drop_oldest();
  }
  evict_epochs();
}

void history::drop_oldest() {
  bytes_ -= bytes_of(*events_.front().event);
  events_.pop_front();
}

void history::evict_epochs() {
  std::size_t unused = epochs_.size() > epochs_max ? epochs_.size() - epochs_max : 0;
  while (unused + 1 < epochs_.size() && first_held() > epochs_[unused + 1].first) ++unused;
  epochs_.erase(epochs_.begin(), epochs_.begin() + static_cast<std::ptrdiff_t>(unused));
}

cluster::event_ptr history::find(offset at) const {
  if (at < first_held() || at > head_) return nullptr;
  return events_[at.value - first_held().value].event;
}

std::vector<cluster::event_ptr> history::after(offset since, std::size_t bytes_max) const {
  std::vector<cluster::event_ptr> out;
  if (since >= head_) return out;
  const auto first = std::max(since.value + 1, first_held().value) - first_held().value;
  std::size_t taken = 0;
  for (auto i = first; i < events_.size(); ++i) {
    taken += content_bytes(*events_[i].event);
    if (taken > bytes_max && !out.empty()) break;
    out.push_back(events_[i].event);
  }
  return out;
}

std::optional<history::range> history::find_epoch(const std::string& text) const {
  if (text == epochs_.back().text) return range{epochs_.back().first, head_};
  const auto before = [](offset next) { return offset{next.value - 1}; };
  const auto found = std::ranges::find(epochs_, text, &epoch_start::text);
  if (found != epochs_.end()) return range{found->first, before((found + 1)->first)};
  if (!of_shard_) return std::nullopt;
  const auto known = std::ranges::find(*of_shard_, text, &ownerships::value_type::text);
  if (known == of_shard_->end()) return std::nullopt;
  const auto next =
      std::ranges::upper_bound(epochs_, epoch{known->ownership}, {}, &epoch_start::number);
  if (next == epochs_.end()) return std::nullopt;  // it is not before this room's ownership
  return range{next->first, before(next->first)};
}

bool history::recovers(const position& from) const {
  const auto in = find_epoch(from.epoch);
  // Offsets continue over epochs without gaps: up to the epoch's last offset nothing is lost.
  if (!in || from.at > in->last) return false;
  return from.at.value + 1 >= in->first.value && from.at.value + 1 >= first_held().value;
}

bool history::recovers(epoch number, offset at) const {
  const auto found = std::ranges::find(epochs_, number, &epoch_start::number);
  if (found != epochs_.end()) return recovers(position{found->text, at});
  if (!of_shard_) return false;
  const auto known =
      std::ranges::find(*of_shard_, number.ownership, &ownerships::value_type::ownership);
  return known != of_shard_->end() && recovers(position{known->text, at});
}

bool history::has_happened(const position& at) const {
  const auto in = find_epoch(at.epoch);
  return in && at.at >= in->first && at.at <= in->last;
}

}  // namespace roost::actors
