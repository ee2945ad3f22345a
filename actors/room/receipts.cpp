// SPDX-License-Identifier: Apache-2.0
#include "actors/room/receipts.hpp"

#include <iterator>

#include "actors/room/presence/notification.hpp"
#include "config/base/heap_bytes.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors {

namespace {

// "epoch":"...","offset":n}
void append_position(std::string& out, const position& at) {
  out.append("\"epoch\":").append(net::json_quoted(at.epoch));
  out.append(",\"offset\":").append(std::to_string(at.at.value)).push_back('}');
}

}  // namespace

std::size_t receipts::read_mark::bytes() const {
  return tree_node_bytes(sizeof(marks::value_type)) + heap_bytes(user) + heap_bytes(at.epoch) +
         flat_table_bytes(1, sizeof(decltype(known_)::value_type));
}

void receipts::shrink(std::size_t bytes) {
  while (bytes_ > bytes) evict_oldest();
}

void receipts::use(const room_rule::receipt_settings& limits) {
  limits_ = limits;
  while (users_.size() > limits_.users_max) evict_oldest();
}

bool receipts::mark(std::string_view user, const position& at) {
  if (limits_.users_max == 0) return false;
  if (const auto found = known_.find(user); found != known_.end()) {
    if (at.at <= found->second->second.at.at) return false;
    move(found->second, at);
    return true;
  }
  if (users_.size() == limits_.users_max) evict_oldest();
  const auto made = users_.try_emplace(users_.end(), ++moves_);
  made->second.user = user;
  known_.emplace(made->second.user, made);
  bytes_ += made->second.bytes();
  move(made, at);
  return true;
}

void receipts::move(marks::iterator moving, const position& at) {
  auto& mark = moving->second;
  bytes_ -= mark.bytes();
  mark.at = at;
  bytes_ += mark.bytes();
  if (!mark.is_unannounced) ++unannounced_;
  mark.is_unannounced = true;
  auto moved = users_.extract(moving);  // moves the node, so the view of its name stays valid
  moved.key() = ++moves_;
  const auto user = std::string_view{moved.mapped().user};
  known_[user] = users_.insert(users_.end(), std::move(moved));
}

void receipts::evict_oldest() {
  const auto oldest = users_.begin();
  if (oldest->second.is_unannounced) --unannounced_;
  bytes_ -= oldest->second.bytes();
  known_.erase(std::string_view{oldest->second.user});
  users_.erase(oldest);
}

std::vector<payload> receipts::take_changes() {
  std::vector<payload> out;
  out.reserve(unannounced_);
  for (auto each = std::prev(users_.end(), static_cast<std::ptrdiff_t>(unannounced_));
       each != users_.end(); ++each) {
    auto& mark = each->second;
    auto text = "{\"user\":" + net::json_quoted(mark.user) + ",";
    append_position(text, mark.at);
    out.push_back(json_body(text));
    mark.is_unannounced = false;
  }
  unannounced_ = 0;
  return out;
}

void receipts::forget_changes() {
  for (auto& [move, mark] : users_) mark.is_unannounced = false;
  unannounced_ = 0;
}

std::optional<payload> receipts::page(cluster::side_state_cursor& at, std::size_t bytes_max) const {
  constexpr std::string_view begin = "{\"receipts\":{";
  constexpr std::string_view end = "}}";
  if (at.until == 0) at.until = moves_;
  std::string text{begin};
  for (auto it = users_.upper_bound(at.after); it != users_.end(); ++it) {
    if (it->first > at.until) break;
    auto one = net::json_quoted(it->second.user) + ":{";
    append_position(one, it->second.at);
    const bool is_first = text.size() == begin.size();
    if (!is_first && text.size() + one.size() + 1 + end.size() > bytes_max) {
      return json_body(text.append(end));
    }
    if (!is_first) text.push_back(',');
    text.append(one);
    at.after = it->first;
  }
  at = {.at = cluster::side_state_cursor::stage::end};
  if (text.size() == begin.size()) return std::nullopt;
  return json_body(text.append(end));
}

}  // namespace roost::actors
