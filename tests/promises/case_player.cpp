// SPDX-License-Identifier: Apache-2.0
#include "tests/promises/case_player.hpp"

#include <sstream>
#include <utility>

#include "tests/promises/room_check.hpp"

namespace roost::promises {

namespace {

using json = nlohmann::json;
using kind = request_kind;

constexpr const char* topic = "room:1";

room_terms terms_from(const json& given) {
  room_terms out;
  out.echo = given.value("echo", true);
  out.ephemeral = {"typing"};
  out.has_presence = given.value("presence", false);
  out.history_events = given.value("history_events", std::uint64_t{100});
  if (given.contains("history_age_ms")) {
    out.history_age = milliseconds(given.at("history_age_ms").get<int>());
  }
  out.loses = given.value("loses", false);
  out.doubles = given.value("doubles", false);
  out.forgets = given.value("forgets", false);
  out.moves = given.value("moves", false);
  return out;
}

/// "a:11"
position position_of(const json& text) {
  const auto all = text.get<std::string>();
  const auto colon = all.find(':');
  return {all.substr(0, colon), std::stoull(all.substr(colon + 1))};
}

json json_of(const position& at) { return {{"epoch", at.epoch}, {"offset", at.at}}; }

/// "1/2" or "1/2/1": client, number, connection.
push_id push_of(const json& text) {
  std::istringstream all(text.get<std::string>());
  push_id out{0, 0, 1};
  char slash = 0;
  all >> out.client >> slash >> out.number >> slash >> out.connection;
  return out;
}

json payload_of(const push_id& push, const char* numbered) {
  return {{"c", push.client}, {"l", push.connection}, {numbered, push.number}};
}

}  // namespace

case_player::case_player(const json& described)
    : terms_(terms_from(described.value("terms", json::object()))),
      truth_(topic, found_, terms_.forgets) {
  const auto members = described.value("members", json::array({json::object()}));
  for (const auto& each : members) {
    const auto index = static_cast<int>(clients_.size());
    clients_.push_back(
        {member_view(index, topic, terms_, clock_, truth_, found_), each.value("positions", true)});
    clients_.back().view.connected(1, clients_.back().shows_positions);
  }
}

void case_player::play(const json& steps) {
  for (const auto& each : steps) step(each);
}

const std::string& case_player::text() const {
  static const std::string none;
  return found_.first() ? found_.first()->text : none;
}

std::string case_player::position_text() const {
  const auto& at = clients_.front().view.last_position();
  return at ? at->epoch + ":" + std::to_string(at->at) : std::string();
}

std::map<std::string, std::vector<std::string>> case_player::shown() const {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [key, each] : clients_.front().view.presence().all().items()) {
    for (const auto& meta : each.at("metas")) out[key].push_back(meta.at("phx_ref"));
  }
  return out;
}

void case_player::step(const json& step) {
  auto& by = clients_.at(step.value("by", std::size_t{0}));
  if (play_request(by, step) || play_reply(by, step) || play_frame(by, step)) return;
  if (step.contains("marks")) return truth_.marks(position_of(step.at("marks")));
  if (step.contains("minutes")) {
    return clock_.advance(std::chrono::minutes(step.at("minutes").get<int>()));
  }
  if (step.contains("rest")) return rest(step);
  if (!step.contains("lost")) throw std::invalid_argument("no step: " + step.dump());
  by.view.connection_lost();
  by.view.connected(++by.connection, by.shows_positions);
}

bool case_player::play_request(client& by, const json& step) {
  if (step.contains("join")) {
    join(by, step);
  } else if (step.contains("push")) {
    push(by, step, kind::push, "push");
  } else if (step.contains("refused_push")) {
    push(by, step, kind::refused_push, "refused_push");
  } else if (step.contains("leave")) {
    by.view.requested(step.at("leave"), {kind::leave});
  } else if (step.contains("ephemeral")) {
    by.view.requested(step.at("ephemeral"), {kind::ephemeral});
  } else if (step.contains("describe")) {
    request request{kind::describe};
    request.number = step.at("describe");
    by.view.requested(step.at("ref"), request);
  } else if (step.contains("dropped")) {
    by.view.dropped(step.at("dropped"));
  } else {
    return false;
  }
  return true;
}

void case_player::join(client& by, const json& step) {
  const std::string reference = step.at("join");
  request request{kind::join};
  request.number = step.value("meta", std::uint64_t{1});
  if (step.contains("resume")) request.resume = position_of(step.at("resume"));
  if (step.contains("history")) request.history = step.at("history").get<std::uint32_t>();
  by.view.requested(reference, request);
  if (!step.contains("at")) return;
  auto response = json_of(position_of(step.at("at")));
  response.update(step.value("reply", json::object()));
  by.join_ref = reference;
  reply(by, reference, "ok", std::move(response));
}

void case_player::push(client& by, const json& step, request_kind kind, const char* field) {
  request request{kind};
  request.number = step.at(field);
  request.connection = step.value("over", by.connection);
  request.is_repeat = step.contains("over");
  const push_id push{by.view.client(), request.number, request.connection};
  if (request.is_repeat) truth_.repeats(push);
  truth_.sent(content_of("msg", payload_of(push, "s")));
  by.view.requested(step.at("ref"), request);
}

bool case_player::play_reply(client& by, const json& step) {
  if (step.contains("ok")) {
    auto response = step.contains("at") ? json_of(position_of(step.at("at"))) : json::object();
    response.update(step.value("reply", json::object()));
    reply(by, step.at("ok"), "ok", std::move(response));
  } else if (step.contains("error")) {
    reply(by, step.at("error"), "error", {{"reason", step.value("reason", "no")}});
  } else {
    return false;
  }
  return true;
}

void case_player::reply(client& by, const json& reference, const char* status, json response) {
  by.view.received({by.join_ref,
                    reference,
                    topic,
                    "phx_reply",
                    {{"status", status}, {"response", std::move(response)}},
                    {}});
}

bool case_player::play_frame(client& by, const json& step) {
  const auto push = [&](const char* event, json payload) {
    by.view.received({by.join_ref, {}, topic, event, std::move(payload), {}});
  };
  if (step.contains("event")) {
    play_event(by, step);
  } else if (step.contains("typing")) {
    play_ephemeral(by, step);
  } else if (step.contains("end")) {
    const std::string of = step.value("of", by.join_ref);
    by.view.received({of, of, topic, step.at("end"), json::object(), {}});
  } else if (step.contains("state")) {
    push("presence_state", step.at("state"));
  } else if (step.contains("diff")) {
    push("presence_diff", step.at("diff"));
  } else if (step.contains("receipt")) {
    auto payload = json_of(position_of(step.at("at")));
    payload["user"] = step.at("receipt");
    push("read_receipt", std::move(payload));
  } else if (step.contains("receipts")) {
    auto all = json::object();
    for (const auto& [user, at] : step.at("receipts").items()) all[user] = json_of(position_of(at));
    push("read_receipts", {{"receipts", std::move(all)}});
  } else {
    return false;
  }
  return true;
}

void case_player::play_event(client& by, const json& step) {
  auto payload = payload_of(push_of(step.at("event")), "s");
  if (step.value("is_changed", false)) payload["text"] = "other";
  if (!step.value("not_sent", false)) truth_.sent(content_of("msg", payload));
  received_frame frame{{}, {}, topic, "msg", std::move(payload), {}};
  if (step.contains("at")) frame.position = position_of(step.at("at"));
  by.view.received(frame);
}

void case_player::play_ephemeral(client& by, const json& step) {
  auto payload = payload_of(push_of(step.at("typing")), "e");
  if (step.value("is_changed", false)) payload["text"] = "other";
  if (!step.value("not_sent", false)) truth_.sent(content_of("typing", payload));
  by.view.received({{}, {}, topic, "typing", std::move(payload), {}});
}

void case_player::rest(const json& step) {
  room_members all;
  for (const auto& each : clients_) all.push_back(&each.view);
  std::optional<std::uint64_t> head;
  if (step.at("rest").is_number()) head = step.at("rest").get<std::uint64_t>();
  check_members(all, terms_, found_, head);
  truth_.check_quiet(head);
}

}  // namespace roost::promises
