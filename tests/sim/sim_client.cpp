// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_client.hpp"

#include <exception>
#include <utility>

#include "actors/rules/rule_match.hpp"
#include "tests/sim/transcript.hpp"

namespace roost::sim {

namespace {

using json = nlohmann::json;

/// Adds the text to the trace hash (FNV-1a). Only texts that the seed determines may be added.
void note(std::uint64_t& trace, std::string_view text) {
  for (const char each : text) {
    trace = (trace ^ static_cast<unsigned char>(each)) * 0x100000001B3U;
  }
}

}  // namespace

std::string topic_name(std::size_t topic) { return "room:" + std::to_string(topic); }

client::client(int index, const plan& plan, const tests::virtual_time& time,
               std::deque<room_truth>& truths, findings& found)
    : index_(index),
      config_(plan.config),
      time_(time),
      found_(found),
      padding_bytes_(plan.padding_bytes),
      truths_(truths),
      pushes_(truths.size()),
      pushed_at_(truths.size()),
      unsettled_(truths.size()) {
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const auto name = topic_name(i);
    const auto& rule = *actors::rule_of(config_.rooms, name);
    views_.emplace_back(index, name, plan.terms_of(rule), time, truths[i], found);
  }
}

void client::connect(const endpoint& to) {
  auto* made = new client_session(*to.home, config_.limits, to.window_bytes);
  session_ = net::session_ptr(made);
  node_ = to.node;
  is_stalled_ = false;
  ++connections_;
  for (auto& each : views_) each.connected(connections_);
  made->home().post([keep = session_, made, node = to.node] {
    if (made->has_ended()) return;
    net::connect_info info;
    info.format = {net::codec_id::v2, true};
    made->handler = node->opener().opened(*made, std::move(info));
  });
}

void client::drop() {
  if (!session_) return;
  session().cut();
  lost();
}

void client::lost() {
  transcript::note(time_.since_start().count(), index_, "is", "gone");
  session_ = {};
  for (auto& each : views_) each.connection_lost();
}

void client::send(std::size_t topic, request request, std::string_view event,
                  const std::string& payload) {
  const auto reference = std::to_string(++last_ref_);
  auto& to = views_[topic];
  to.requested(reference, std::move(request));
  std::string text = "[\"";
  text.append(to.join_ref());
  text.append("\",\"").append(reference).append("\",\"").append(topic_name(topic));
  text.append("\",\"").append(event).append("\",").append(payload).append("]");
  transcript::note(time_.since_start().count(), index_, "sends", text);
  session().say(std::move(text));
}

void client::join(std::size_t topic, std::optional<position> resume,
                  std::optional<std::uint32_t> history) {
  request request{request_kind::join};
  request.number = ++last_meta_;
  json payload = {{"meta", {{"c", index_}, {"v", request.number}}}};
  if (resume) payload["resume"] = {{"epoch", resume->epoch}, {"offset", resume->at}};
  if (history) payload["history"] = *history;
  request.resume = std::move(resume);
  request.history = history;
  send(topic, std::move(request), "phx_join", payload.dump());
}

void client::push(std::size_t topic) {
  request request{request_kind::push};
  request.number = ++pushes_[topic];
  pushed_at_[topic].push_back(time_.now());
  json payload = {{"c", index_}, {"l", connections_}, {"s", request.number}};
  if (padding_bytes_ > 0) payload["pad"] = std::string(padding_bytes_, 'x');
  if (!config_.rooms[topic].idempotency_field.empty()) {
    payload["id"] = std::to_string(index_) + "-" + std::to_string(request.number);
    unsettled_[topic].push_back({request.number, connections_, 0, time_.now(), payload.dump()});
  }
  truths_[topic].sent(promises::content_of("msg", payload));
  send(topic, std::move(request), "msg", payload.dump());
}

void client::push_last(std::size_t topic) {
  last_pushes_.push_back({topic, views_[topic].join_ref(), time_.now()});
  push(topic);
}

bool client::resend_pushes(std::size_t topic) {
  bool has_resent = false;
  auto& all = unsettled_[topic];
  std::erase_if(all, [&](const unsettled_push& each) {
    return views_[topic].is_settled(each.number) || time_.now() - each.at > resends_within;
  });
  for (auto& each : all) {
    if (each.connection == connections_ || each.resent_over == connections_) continue;
    request request{request_kind::push};
    request.number = each.number;
    request.connection = each.connection;
    request.is_repeat = true;
    each.resent_over = connections_;
    truths_[topic].repeats({index_, each.number, each.connection});
    send(topic, std::move(request), "msg", each.payload);
    has_resent = true;
  }
  return has_resent;
}

void client::push_boom(std::size_t topic) {
  request request{request_kind::refused_push};
  request.number = ++pushes_[topic];
  pushed_at_[topic].push_back(time_.now());
  const auto payload = json{{"c", index_}, {"l", connections_}, {"s", request.number}}.dump();
  send(topic, std::move(request), "boom", payload);
}

void client::push_ephemeral(std::size_t topic) {
  const auto number = ++last_ephemeral_;
  const json payload = {
      {"c", index_}, {"l", connections_}, {"e", number}, {"text", std::string(number % 50, 'e')}};
  truths_[topic].sent(promises::content_of("typing", payload));
  send(topic, {request_kind::ephemeral}, "typing", payload.dump());
}

void client::describe(std::size_t topic) {
  request request{request_kind::describe};
  request.number = ++last_meta_;
  const auto payload = json{{"meta", {{"c", index_}, {"v", request.number}}}}.dump();
  send(topic, std::move(request), "presence_update", payload);
}

void client::mark_read(std::size_t topic) {
  const auto& at = views_[topic].last_position();
  if (!at) return;
  const auto payload = json{{"epoch", at->epoch}, {"offset", at->at}}.dump();
  truths_[topic].marks(*at);
  send(topic, {request_kind::mark}, "mark_read", payload);
}

bool client::read_one(std::uint64_t& trace) {
  if (!session_ || is_stalled_) return false;
  if (const auto text = session().read()) {
    take(*text, trace);
    return true;
  }
  if (!session().is_over()) return false;
  if (session().close_reason == errc::slow_consumer) ++overflows_;
  note(trace, "closed");
  drop();
  return true;
}

void client::take(const std::string& text, std::uint64_t& trace) {
  ++frames_;
  transcript::note(time_.since_start().count(), index_, "gets", text);
  try {
    const auto frame = promises::decode_frame(text);
    note(trace, std::to_string(index_) + frame.topic + frame.event + frame.reference);
    count(frame);
    for (std::size_t i = 0; frame.event == "msg" && frame.position && i < views_.size(); ++i) {
      if (views_[i].topic() != frame.topic) continue;
      arrivals_.push_back({i, *frame.position, frame.payload.at("c"), frame.payload.at("s")});
    }
    if (frame.position) note(trace, frame.position->epoch + std::to_string(frame.position->at));
    for (auto& each : views_) {
      if (each.topic() == frame.topic) return each.received(frame);
    }
    found_.broke(promise::well_formed, "a frame of an unknown topic: " + text);
  } catch (const std::exception& failed) {
    found_.broke(promise::well_formed, std::string(failed.what()) + " in " + text);
  }
}

void client::count(const promises::received_frame& frame) {
  if (frame.event == "phx_error") ++heard_["clients: channels ended by the server"];
  if (frame.event != "phx_reply") return;
  const auto& response = frame.payload.at("response");
  if (frame.payload.at("status") == "error") {
    ++heard_["clients: refused: " + response.value("reason", std::string())];
  } else if (response.contains("recovered")) {
    ++heard_[response.at("recovered").get<bool>() ? "clients: recovered"
                                                  : "clients: not recovered"];
  }
}

void client::check_bounds() const {
  if (!session_) return;
  if (session().broke_credit()) {
    found_.broke(promise::bounds,
                 "client " + std::to_string(index_) + " got more credit than it used");
  }
  if (session().broke_charges()) {
    found_.broke(promise::bounds,
                 "client " + std::to_string(index_) + " is charged for an empty outbox");
  }
  if (session().queued_bytes() > config_.limits.outbox_bytes_max) {
    found_.broke(promise::bounds, "client " + std::to_string(index_) + " has too large an outbox");
  }
}

void client::check_quiet() const {
  for (const auto& [topic, join_ref, at] : last_pushes_) {
    const auto& view = views_[topic];
    const bool is_in = view.is_live() && view.join_ref() == join_ref;
    if (!is_in || (view.acknowledged_at() && *view.acknowledged_at() >= at)) continue;
    found_.broke(promise::answered, "a push of client " + std::to_string(index_) + " on " +
                                        view.topic() + " after all faults is not acknowledged");
  }
  if (session_ && session().unanswered_messages() != 0) {
    found_.broke(promise::answered, "client " + std::to_string(index_) + " lacks credit for " +
                                        std::to_string(session().unanswered_messages()));
  }
}

}  // namespace roost::sim
