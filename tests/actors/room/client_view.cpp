#include "tests/actors/room/client_view.hpp"

#include <nlohmann/json.hpp>

namespace roost::actors {

using nlohmann::json;

namespace {

/// Payloads may be filled up with x, which need not be parsed.
std::string without_filling(std::string text) {
  const auto begin = text.find("xxxx");
  if (begin == std::string::npos) return text;
  return text.erase(begin, text.find_first_not_of('x', begin) - begin);
}

}  // namespace

std::optional<std::string> room_record::seen(const place& at, const std::string& push) {
  const auto [by_place, is_new] = pushes_.emplace(at, push);
  if (!is_new && by_place->second != push) return "two events at one position";
  const auto [by_push, is_first] = places_.emplace(push, at);
  if (!is_first && by_push->second != at) return "one event at two positions";
  return {};
}

/// One frame, the same for V1 and V2.
struct client_view::parsed {
  explicit parsed(const std::string& text) {
    const auto all = json::parse(without_filling(text));
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

void client_view::asked(const std::string& reference, request what, bool keeps_order) {
  what.order = keeps_order ? ++last_asked_ : 0;
  unanswered_[reference] = std::move(what);
}

std::optional<std::string> client_view::got(const std::string& text) {
  const parsed frame(text);
  if (frame.event == "phx_reply") return reply(frame);
  if (frame.event == "phx_close" || frame.event == "phx_error") return ended(frame);
  return broadcast(frame);
}

std::optional<std::string> client_view::ended(const parsed& frame) {
  if (frame.join_ref.empty()) return "the end of a channel names no channel";
  if (!ended_.insert(frame.join_ref).second) return "a channel ended twice";
  if (frame.join_ref == open_) open_.clear();
  return {};
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
  if (asked.never_succeeds) return "answered ok, but it was refused";
  if (asked.is_join) return joined(frame, asked);
  const auto& response = frame.payload["response"];
  if (!response.contains("offset")) return {};
  own_.insert(response["offset"].get<std::uint64_t>());
  return together_->seen({response["epoch"], response["offset"]}, frame.reference);
}

std::optional<std::string> client_view::joined(const parsed& frame, const request& asked) {
  const auto& response = frame.payload["response"];
  open_ = frame.reference;
  own_.clear();
  const std::string epoch = response["epoch"];
  joined_ = response["offset"];
  const std::uint64_t missed = response.value("missed", 0U);
  seen_ = joined_ - missed;
  missed_ += missed;
  auto& head = heads_[epoch];
  if (joined_ < head) return "the position of the room went back";
  head = joined_;
  if (!asked.resume || !response["recovered"].get<bool>()) return {};
  ++recovered_;
  if (seen_ != asked.resume->second) return "it resumes elsewhere than where it was";
  return {};
}

std::optional<std::string> client_view::broadcast(const parsed& frame) {
  ++broadcasts_;
  if (open_.empty()) return "a broadcast outside of a channel";
  if (!frame.payload.contains("by")) return {};  // of the server, not of a client
  const bool is_own = frame.payload["by"] == name_;
  if (is_own && unanswered_.contains(frame.payload["ref"].get<std::string>())) {
    return "its own broadcast before its reply";
  }
  if (frame.position.is_null()) return {};
  return ordered(frame, is_own);
}

std::optional<std::string> client_view::ordered(const parsed& frame, bool is_own) {
  const std::string epoch = frame.position["epoch"];
  const std::uint64_t at = frame.position["offset"];
  if (is_own && !has_echo_ && at > joined_) return "its own event, without echo";
  if (at <= seen_) return "offsets that do not increase";
  while (++seen_ < at) {
    if (has_echo_ || seen_ <= joined_ || !own_.contains(seen_)) return "an event is missing";
  }
  place_ = {epoch, at};
  heads_[epoch] = std::max(heads_[epoch], at);
  return together_->seen({epoch, at}, frame.payload["ref"]);
}

std::uint64_t client_view::seen() const {
  auto out = seen_;
  while (!has_echo_ && out >= joined_ && own_.contains(out + 1)) ++out;
  return out;
}

}  // namespace roost::actors
