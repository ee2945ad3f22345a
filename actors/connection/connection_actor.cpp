// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/connection_actor.hpp"

#include <caf/send.hpp>
#include <ctime>
#include <string>
#include <utility>

#include "actors/messages/edge_request.hpp"
#include "actors/messages/end_now.hpp"
#include "config/telemetry/log.hpp"
#include "net/loop/flusher.hpp"

namespace roost::actors {
namespace {

constexpr std::uint32_t timed_one_in = 16;

}  // namespace

connection_actor::connection_actor(caf::actor_config& cfg, const connection_dependencies& shared,
                                   net::session& session, const net::connect_info& info)
    : pinned_actor(cfg),
      shared_(shared),
      session_(&session),
      format_(info.format),
      tokens_(info.tokens),
      since_s_(static_cast<std::uint32_t>(std::time(nullptr))) {
  start_token(info.identity);
}

caf::behavior connection_actor::make_behavior() {
  static thread_local const caf::behavior shared{
      [](const client_data& frame) -> no_answer {
        self<connection_actor>().take(frame);
        return {};
      },
      [](const channel_ended& closed) { self<connection_actor>().ended(closed); },
      [](const authorization_answer& answer) { self<connection_actor>().answered(answer); },
      [](const drain_connection& message) {
        self<connection_actor>().drain(message.reconnect_after_ms);
      },
      [](tokens_revoked) { self<connection_actor>().tokens_were_revoked(); },
      [](const close_connection& closing) {
        if (self<connection_actor>().session_) self<connection_actor>().close_for(closing.why);
      },
      [](const request_refused& refusal) { self<connection_actor>().count_refusal(refusal); },
      [](connection_query) { return self<connection_actor>().describe(); },
      [](client_closed message) {
        self<connection_actor>().log_end(message.code);
        self<connection_actor>().closed();
      },
      [](end_now) { self<connection_actor>().closed(); },
  };
  return shared;
}

/// Reading the clock takes a tenth of the time of a message, so only one message in 16 is timed.
void connection_actor::take(const client_data& frame) {
  if (!session_) return;
  thread_local std::uint32_t taken = 0;
  if (taken++ % timed_one_in != 0) return decode(frame);
  const auto began = home().clock_now();
  decode(frame);
  shared_.probe.observe(metrics::histogram::handling, home().id(), home().clock_now() - began);
}

void connection_actor::decode(const client_data& frame) {
  const auto bytes_in = static_cast<std::uint32_t>(frame.data->size());
  const net::decode_limits limits{shared_.config->limits.payload_bytes_max};
  auto decoded = frame.is_binary ? net::decode_binary(format_.codec, frame.data, limits)
                                 : net::decode_text(format_.codec, frame.data, limits);
  if (!decoded) return malformed(decoded.failure(), bytes_in);
  if (decoded->size() > 1) return take_all(*decoded, bytes_in);
  take(decoded->front(), bytes_in);
}

/// Handles a frame with several messages. Each message takes its own credit and copies its payload,
/// so that one unanswered message does not keep the memory of the whole frame alive.
void connection_actor::take_all(std::vector<net::inbound>& frame, std::uint32_t bytes_in) {
  session_->add_credit_debt(static_cast<std::uint32_t>(frame.size() - 1));
  auto left = bytes_in;
  for (std::size_t i = 0; i < frame.size() && session_; ++i) {
    auto& data = frame[i].decoded.body.data;
    const auto text = data.view();
    const auto share =
        i + 1 < frame.size() ? std::min(left, static_cast<std::uint32_t>(text.size())) : left;
    left -= share;
    data = slice::of(bytes_ptr::copy(text));
    take(frame[i], share);
  }
}

/// Counts the message and takes its cost from the rate limits. False: over a rate limit.
bool connection_actor::is_within_rates(const net::message& message, bool has_channel) {
  const auto kind = kind_of(message);
  if (const auto in_class = class_of(kind)) home().flusher().counts().add(*in_class);
  const auto cost = cost_of(kind, has_channel);
  if (cost == request_cost::nothing) return true;
  if (!gate_) gate_ = std::make_unique<rate_gate>();
  const auto over = gate_->check(cost, {user(), session_->peer()}, shared_.config->rates,
                                 shared_.rates, home().now());
  if (over.empty()) return true;
  shared_.probe.add(metrics::counter::rate_refusals, over);
  log::info("rate_limited",
            {log::of(session_->id()),
             log::of_user(user()),
             {"peer", net::limits::text_of(session_->peer())},
             log::of_topic(std::string_view{message.topic}.substr(0, name_bytes_max)),
             {"rate", over}});
  return false;
}

void connection_actor::count_refusal() {
  if (!session_ || !session_->is_open()) return;
  if (!gate_) gate_ = std::make_unique<rate_gate>();
  if (!gate_->count_refusal(shared_.config->limits.refusals_per_minute_max, home().now())) return;
  log::warning("abuse", {log::of(session_->id()),
                         log::of_user(user()),
                         {"peer", net::limits::text_of(session_->peer())}});
  close_for(errc::abuse);
}

/// Counts and logs an error reply of an edge or a room, which do not know the user.
void connection_actor::count_refusal(const request_refused& refusal) {
  if (refusal.why != errc::none) log_refusal(refusal.why, refusal.topic.name, {});
  count_refusal();
}

void connection_actor::reply(const message_result& result, const net::message& message) {
  const bool is_ok = result.why == errc::none;
  const auto response = is_ok ? std::string("{}") : net::error_response(result.why);
  if (!is_ok) refused(result.why, message);
  session_->send(
      net::encode_reply(format_, result.join_ref, message.reference,
                        {message.topic, !message.topic_is_string},
                        is_ok ? net::reply_status::ok : net::reply_status::error, {response}),
      net::flush_class::small);
  home().flusher().counts().add(net::message_class::out_reply);
  if (!is_ok) count_refusal();
}

void connection_actor::refused(errc why, const net::message& message) {
  shared_.probe.add(metrics::counter::pushes_refused, row_of(why).name);
  log_refusal(why, message.topic, message.event);
}

/// Logs nothing for a closing session: its client gets no reply, and log_end() logs the reason.
void connection_actor::log_refusal(errc why, std::string_view topic_name,
                                   std::string_view event_name) {
  if (!session_ || !session_->is_open()) return;
  const auto event = event_name.substr(0, name_bytes_max);
  log::info("request_refused", {log::of(session_->id()),
                                log::of_user(user()),
                                log::of_topic(topic_name.substr(0, name_bytes_max)),
                                event.empty() ? log::field{"asked"} : log::field{"asked", event},
                                {"reason", row_of(why).name}});
}

/// The message belongs to an earlier join of the topic. This is normal when a client rejoins, so it
/// is logged at debug level only.
void connection_actor::dropped(const net::message& message) {
  constexpr std::string_view reason = "stale_join_ref";
  shared_.probe.add(metrics::counter::messages_dropped, reason);
  log::debug("message_dropped", {log::of(session_->id()),
                                 log::of_user(user()),
                                 log::of_topic(message.topic),
                                 {"asked", message.event},
                                 {"join_ref", message.join_ref.json},
                                 {"reason", reason}});
}

/// `why` describes the error and never contains data of the frame, so it is safe to log.
void connection_actor::malformed(const error& why, std::uint32_t bytes_in) {
  shared_.probe.add(metrics::counter::malformed, why.detail);
  log::info("malformed", {log::of(session_->id()), log::of_user(user()), {"reason", why.detail}});
  session_->release_credit(bytes_in);
  if (++malformed_ > shared_.config->limits.malformed_max) close_for(errc::malformed_message);
}

void connection_actor::drain(std::uint32_t reconnect_after_ms) {
  if (!session_) return;
  notify("drain", R"({"reconnect_after_ms":)" + std::to_string(reconnect_after_ms) + "}");
  close_for(errc::drain);
}

void connection_actor::close_for(errc why) {
  if (session_->is_open()) ended_for_ = why;
  session_->close(why);
}

/// Normal closes and drains are logged at debug level.
void connection_actor::log_end(std::uint16_t code) const {
  if (!session_) return;
  const auto reason = ended_for_ == errc::none ? log::field{"reason"}
                                               : log::field{"reason", row_of(ended_for_).name};
  const bool is_normal =
      ended_for_ == errc::drain || (ended_for_ == errc::none && (code == 1000 || code == 1001));
  (is_normal ? log::debug : log::info)(
      "connection_ended", {log::of(session_->id()), log::of_user(user()), {"code", code}, reason});
}

/// Sends a push from the server on the connection's own topic "phoenix".
void connection_actor::notify(std::string_view event, const std::string& body) {
  session_->send(net::encode_push(format_, {}, {}, {"phoenix"}, event, {body}),
                 net::flush_class::small);
  home().flusher().counts().add(net::message_class::out_notice);
}

connection_summary connection_actor::describe() const {
  connection_summary out;
  if (session_) {
    out.id = session_->id();
    out.address = net::limits::text_of(session_->peer());
  }
  out.since_s = since_s_;
  channels_.each([&out](const auto& each) { out.topics.emplace_back(each.key()); });
  return out;
}

void connection_actor::closed() {
  if (!session_) return;
  channels_.each([this](auto& each) {
    edge_request gone;
    gone.kind = edge_request_kind::gone;
    gone.from = session_->id();
    gone.serial = each.serial;
    caf::anon_send(each.edge, std::move(gone));
    shared_.edges.release(topic{each.key()});
  });
  channels_.clear();
  deferred_.reset();
  forget_user();
  shared_.connections.remove(session_->id());
  session_ = {};
  quit();
}

void connection_actor::on_exit() {
  if (session_) forget_user();
  session_ = {};
  deferred_.reset();
  identity_.reset();
}

}  // namespace roost::actors
