#include "tests/actors/room/client_view.hpp"

#include <nlohmann/json.hpp>

namespace roost::actors {

using nlohmann::json;

/// One frame, the same for V1 and V2.
struct client_view::parsed {
  explicit parsed(const std::string& text) {
    const auto all = json::parse(text);
    const auto word = [](const json& of) { return of.is_string() ? of.get<std::string>() : ""; };
    if (all.is_array()) {
      join_ref = word(all[0]);
      reference = word(all[1]);
      event = word(all[3]);
      payload = all[4];
      if (all.size() > 5) position = all[5];
      return;
    }
    reference = word(all["ref"]);
    event = word(all["event"]);
    payload = all["payload"];
    if (all.contains("position")) position = all["position"];
    // V1 has no join_ref; what ends a channel carries it as ref.
    if (event == "phx_close" || event == "phx_error") join_ref = reference;
  }
  std::string join_ref;
  std::string reference;
  std::string event;
  json payload;
  json position;
};

void client_view::asked(const std::string& reference, bool is_join, bool keeps_order) {
  unanswered_[reference] = {is_join, keeps_order ? ++last_asked_ : 0};
}

std::optional<std::string> client_view::got(const std::string& text) {
  const parsed frame(text);
  if (frame.event == "phx_reply") return reply(frame);
  if (frame.event == "phx_close" || frame.event == "phx_error") {
    if (frame.join_ref.empty()) return "the end of a channel names no channel";
    if (frame.join_ref == open_) open_.clear();
    return {};
  }
  return broadcast(frame);
}

std::optional<std::string> client_view::reply(const parsed& frame) {
  const auto found = unanswered_.find(frame.reference);
  if (found == unanswered_.end()) {
    return answered_.contains(frame.reference) ? "answered twice" : "answered, but not asked";
  }
  const auto asked = found->second;
  unanswered_.erase(found);
  answered_.insert(frame.reference);
  if (asked.order != 0) {
    if (asked.order < last_answered_) return "answered out of order";
    last_answered_ = asked.order;
  }
  if (frame.payload["status"] != "ok") return {};
  const auto& response = frame.payload["response"];
  if (!response.contains("offset")) return {};
  if (asked.is_join) {
    open_ = frame.reference;
    epoch_ = response["epoch"];
    seen_ = response["offset"];
    own_.clear();
  } else if (response["epoch"] == epoch_) {
    own_.insert(response["offset"].get<std::uint64_t>());
  }
  return {};
}

std::optional<std::string> client_view::broadcast(const parsed& frame) {
  ++broadcasts_;
  if (open_.empty()) return "a broadcast outside of a channel";
  const bool is_own = frame.payload["by"] == name_;
  if (is_own && !has_echo_) return "its own event, without echo";
  if (is_own && !answered_.contains(frame.payload["ref"].get<std::string>())) {
    return "its own broadcast before its reply";
  }
  if (frame.position.is_null()) return {};
  if (frame.position["epoch"] != epoch_) return "a broadcast of another epoch";
  const std::uint64_t at = frame.position["offset"];
  if (at <= seen_) return "offsets that do not increase";
  while (++seen_ < at) {
    if (has_echo_ || !own_.contains(seen_)) return "an event is missing";
  }
  return {};
}

}  // namespace roost::actors
