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

client::client(int index, const plan& by, const tests::virtual_time& time,
               std::deque<room_truth>& truths, findings& found)
    : index_(index),
      config_(by.config),
      time_(time),
      found_(found),
      padding_bytes_(by.padding_bytes),
      truths_(truths),
      pushes_(truths.size()),
      unsure_(truths.size()) {
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const auto name = topic_name(i);
    const auto& rule = *actors::rule_of(config_.rooms, name);
    views_.emplace_back(index, name, by.terms_of(rule), time, truths[i], found);
  }
}

void client::connect(const endpoint& reached) {
  auto* made = new sim::link(*reached.home, config_.limits, reached.window_bytes);
  link_ = net::session_ptr(made);
  is_stalled_ = false;
  ++connections_;
  for (auto& each : views_) each.connected(connections_);
  made->home().post([keep = link_, made, node = reached.node] {
    if (made->has_ended()) return;
    net::connect_info info;
    info.format = {net::codec_id::v2, true};
    made->handler = node->opener().opened(*made, std::move(info));
  });
}

void client::drop() {
  if (!link_) return;
  link().cut();
  lost();
}

void client::lost() {
  transcript::note(time_.since_start().count(), index_, "is", "gone");
  link_ = {};
  for (auto& each : views_) each.link_lost();
}

void client::ask(std::size_t topic, request asked, std::string_view event,
                 const std::string& payload) {
  const auto reference = std::to_string(++last_ref_);
  auto& to = views_[topic];
  to.asked(reference, std::move(asked));
  std::string text = "[\"";
  text.append(to.join_ref());
  text.append("\",\"").append(reference).append("\",\"").append(topic_name(topic));
  text.append("\",\"").append(event).append("\",").append(payload).append("]");
  transcript::note(time_.since_start().count(), index_, "says", text);
  link().say(std::move(text));
}

void client::join(std::size_t topic, std::optional<position> resume,
                  std::optional<std::uint32_t> history) {
  request asked{request_kind::join};
  asked.number = ++last_meta_;
  json payload = {{"meta", {{"c", index_}, {"v", asked.number}}}};
  if (resume) payload["resume"] = {{"epoch", resume->epoch}, {"offset", resume->at}};
  if (history) payload["history"] = *history;
  asked.resume = std::move(resume);
  asked.history = history;
  ask(topic, std::move(asked), "phx_join", payload.dump());
}

void client::push(std::size_t topic) {
  request asked{request_kind::push};
  asked.number = ++pushes_[topic];
  json payload = {{"c", index_}, {"l", connections_}, {"s", asked.number}};
  if (padding_bytes_ > 0) payload["pad"] = std::string(padding_bytes_, 'x');
  if (!config_.rooms[topic].idempotency_field.empty()) {
    payload["id"] = std::to_string(index_) + "-" + std::to_string(asked.number);
    unsure_[topic].push_back({asked.number, connections_, 0, time_.now(), payload.dump()});
  }
  truths_[topic].says(promises::content_of("msg", payload));
  ask(topic, std::move(asked), "msg", payload.dump());
}

bool client::repeat_pushes(std::size_t topic) {
  bool has_repeated = false;
  auto& all = unsure_[topic];
  std::erase_if(all, [&](const unsure& each) {
    return views_[topic].is_settled(each.number) || time_.now() - each.at > repeats_within;
  });
  for (auto& each : all) {
    if (each.connection == connections_ || each.repeated_over == connections_) continue;
    request asked{request_kind::push};
    asked.number = each.number;
    asked.connection = each.connection;
    asked.is_repeat = true;
    each.repeated_over = connections_;
    truths_[topic].repeats({index_, each.number, each.connection});
    ask(topic, std::move(asked), "msg", each.payload);
    has_repeated = true;
  }
  return has_repeated;
}

void client::push_boom(std::size_t topic) {
  request asked{request_kind::refused_push};
  asked.number = ++pushes_[topic];
  const auto payload = json{{"c", index_}, {"l", connections_}, {"s", asked.number}}.dump();
  ask(topic, std::move(asked), "boom", payload);
}

void client::push_ephemeral(std::size_t topic) {
  const auto number = ++last_ephemeral_;
  const json payload = {
      {"c", index_}, {"l", connections_}, {"e", number}, {"text", std::string(number % 50, 'e')}};
  truths_[topic].says(promises::content_of("typing", payload));
  ask(topic, {request_kind::ephemeral}, "typing", payload.dump());
}

void client::describe(std::size_t topic) {
  request asked{request_kind::describe};
  asked.number = ++last_meta_;
  const auto payload = json{{"meta", {{"c", index_}, {"v", asked.number}}}}.dump();
  ask(topic, std::move(asked), "presence_update", payload);
}

void client::mark_read(std::size_t topic) {
  const auto& at = views_[topic].last_position();
  if (!at) return;
  const auto payload = json{{"epoch", at->epoch}, {"offset", at->at}}.dump();
  truths_[topic].marks(*at);
  ask(topic, {request_kind::mark}, "mark_read", payload);
}

bool client::read_one(std::uint64_t& trace) {
  if (!link_ || is_stalled_) return false;
  if (const auto text = link().read()) {
    take(*text, trace);
    return true;
  }
  if (!link().is_over()) return false;
  if (link().why_closed == errc::slow_consumer) ++overflows_;
  note(trace, "closed");
  drop();
  return true;
}

void client::take(const std::string& text, std::uint64_t& trace) {
  ++frames_;
  transcript::note(time_.since_start().count(), index_, "gets", text);
  try {
    const auto frame = promises::hear(text);
    note(trace, std::to_string(index_) + frame.topic + frame.event + frame.reference);
    if (frame.position) note(trace, frame.position->epoch + std::to_string(frame.position->at));
    for (auto& each : views_) {
      if (each.topic() == frame.topic) return each.got(frame);
    }
    found_.broke(promise::well_formed, "a frame of no topic: " + text);
  } catch (const std::exception& failed) {
    found_.broke(promise::well_formed, std::string(failed.what()) + " in " + text);
  }
}

void client::check_bounds() const {
  if (!link_) return;
  if (link().broke_credit()) {
    found_.broke(promise::bounds, "client " + std::to_string(index_) + " got too much credit");
  }
  if (link().broke_charges()) {
    found_.broke(promise::bounds, "client " + std::to_string(index_) + " is charged for nothing");
  }
  if (link().queued_bytes() > config_.limits.outbox_bytes_max) {
    found_.broke(promise::bounds, "client " + std::to_string(index_) + " has too large an outbox");
  }
}

void client::check_quiet() const {
  if (link_ && link().unanswered_messages() != 0) {
    found_.broke(promise::answered, "client " + std::to_string(index_) + " lacks credit for " +
                                        std::to_string(link().unanswered_messages()));
  }
}

}  // namespace roost::sim
