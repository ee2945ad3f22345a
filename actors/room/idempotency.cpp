#include "actors/room/idempotency.hpp"

#include <utility>

namespace roost::actors {

// The user's length in front, which is a number: no two pairs share a key.
std::string idempotency::key_of(const scope& whose, std::string_view value) {
  auto key = whose.is_api ? std::string{"api"} : std::to_string(whose.user.size());
  key.reserve(key.size() + 1 + whose.user.size() + value.size());
  key.push_back(':');
  return key.append(whose.user).append(value);
}

void idempotency::use(std::size_t bytes_max) {
  bytes_max_ = bytes_max;
  while (bytes_ > bytes_max_) forget_oldest();
}

const cluster::place* idempotency::find(const scope& whose, std::string_view value) const {
  const auto found = known_.find(std::string_view{key_of(whose, value)});
  return found == known_.end() ? nullptr : &found->second->at;
}

void idempotency::remember(const scope& whose, std::string_view value, cluster::place at,
                           time_point now) {
  auto key = key_of(whose, value);
  if (known_.contains(std::string_view{key})) return;
  const auto& made = order_.emplace_back(entry{std::move(key), std::move(at), now});
  known_.emplace(made.key, &made);
  bytes_ += made.bytes();
  while (bytes_ > bytes_max_) forget_oldest();
}

void idempotency::trim(time_point now, offset first_held) {
  while (!order_.empty() && now - order_.front().since >= window_min &&
         order_.front().at.at < first_held) {
    forget_oldest();
  }
}

void idempotency::forget_oldest() {
  const auto& oldest = order_.front();
  bytes_ -= oldest.bytes();
  known_.erase(std::string_view{oldest.key});
  order_.pop_front();
}

}  // namespace roost::actors
