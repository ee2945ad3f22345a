// SPDX-License-Identifier: Apache-2.0
#include "actors/room/idempotency.hpp"

#include <utility>

#include "config/base/heap_bytes.hpp"

namespace roost::actors {

std::size_t idempotency::entry::bytes() const {
  return sizeof(entry) + heap_bytes(key) + heap_bytes(at.epoch) +
         flat_table_bytes(1, sizeof(decltype(known_)::value_type));
}

// The length of the user comes first, so that no two pairs of user and key give the same text.
std::string idempotency::scoped(const scope& in, std::string_view key) {
  auto out = in.is_api ? std::string{"api"} : std::to_string(in.user.size());
  out.reserve(out.size() + 1 + in.user.size() + key.size());
  out.push_back(':');
  return out.append(in.user).append(key);
}

void idempotency::use(std::size_t bytes_max) {
  bytes_max_ = bytes_max;
  shrink(bytes_max_);
}

void idempotency::shrink(std::size_t bytes) {
  while (bytes_ > bytes) evict_oldest();
}

const position* idempotency::find(const scope& in, std::string_view key) const {
  const auto found = known_.find(std::string_view{scoped(in, key)});
  return found == known_.end() ? nullptr : &found->second->at;
}

void idempotency::remember(const scope& in, std::string_view key, position at, time_point now) {
  restore(scoped(in, key), std::move(at), now);
}

void idempotency::restore(std::string scoped_key, position at, time_point now) {
  if (known_.contains(std::string_view{scoped_key})) return;
  const auto& made = order_.emplace_back(entry{std::move(scoped_key), std::move(at), now});
  known_.emplace(made.key, &made);
  bytes_ += made.bytes();
  shrink(bytes_max_);
}

void idempotency::trim(time_point now, offset first_held) {
  while (!order_.empty() && now - order_.front().since >= window_min &&
         order_.front().at.at < first_held) {
    evict_oldest();
  }
}

std::optional<time_point> idempotency::next_due(offset first_held) const {
  if (order_.empty() || order_.front().at.at >= first_held) return std::nullopt;
  return order_.front().since + window_min;
}

void idempotency::evict_oldest() {
  const auto& oldest = order_.front();
  bytes_ -= oldest.bytes();
  known_.erase(std::string_view{oldest.key});
  order_.pop_front();
}

}  // namespace roost::actors
