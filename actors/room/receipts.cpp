#include "actors/room/receipts.hpp"

#include <iterator>

#include "actors/room/notice.hpp"
#include "net/protocol/json_text.hpp"

namespace roost::actors {

namespace {

// "epoch":"...","offset":n}
void append_place(std::string& out, const cluster::place& at) {
  out.append("\"epoch\":").append(net::json_quoted(at.epoch_text));
  out.append(",\"offset\":").append(std::to_string(at.at.value)).push_back('}');
}

}  // namespace

void receipts::use(const room_rule::receipt_settings& limits) {
  limits_ = limits;
  while (users_.size() > limits_.users_max) forget_oldest();
}

bool receipts::mark(std::string_view user, const cluster::place& at) {
  if (limits_.users_max == 0) return false;
  if (const auto found = known_.find(user); found != known_.end()) {
    if (at.at <= found->second->at.at) return false;
    move(found->second, at);
    return true;
  }
  if (users_.size() == limits_.users_max) forget_oldest();
  users_.push_back({std::string{user}, {}});
  const auto made = std::prev(users_.end());
  known_.emplace(made->user, made);
  move(made, at);
  return true;
}

void receipts::move(marks::iterator which, const cluster::place& at) {
  which->at = at;
  if (!which->is_untold) ++untold_;
  which->is_untold = true;
  users_.splice(users_.end(), users_, which);
}

void receipts::forget_oldest() {
  const auto& oldest = users_.front();
  if (oldest.is_untold) --untold_;
  known_.erase(std::string_view{oldest.user});
  users_.pop_front();
}

std::vector<cluster::body> receipts::take_changes() {
  std::vector<cluster::body> out;
  out.reserve(untold_);
  for (auto each = std::prev(users_.end(), static_cast<std::ptrdiff_t>(untold_));
       each != users_.end(); ++each) {
    auto text = "{\"user\":" + net::json_quoted(each->user) + ",";
    append_place(text, each->at);
    out.push_back(json_body(text));
    each->is_untold = false;
  }
  untold_ = 0;
  return out;
}

cluster::body receipts::all() const {
  std::string text = "{\"receipts\":{";
  for (const auto& each : users_) {
    if (&each != &users_.front()) text.push_back(',');
    text.append(net::json_quoted(each.user)).append(":{");
    append_place(text, each.at);
  }
  return json_body(text.append("}}"));
}

}  // namespace roost::actors
