// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_text.hpp"

#include <algorithm>

#include "config/base/base64.hpp"
#include "net/protocol/codec.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors::api_text {

namespace {

using net::json_quoted;

/// Binary payloads are shown in base64, as V1 clients receive them.
std::string payload_text(const payload& payload) {
  if (!payload.is_binary()) return std::string{payload.data.view()};
  return R"({"payload_base64":")" + base64_encode(payload.data.view()) + "\"}";
}

std::string event_text(const cluster::event& event) {
  const auto& ordered = cluster::ordered_of(event);
  std::string out = R"({"event":)" + json_quoted(ordered.name);
  out.append(R"(,"payload":)").append(payload_text(ordered.payload));
  out.append(R"(,"epoch":)").append(json_quoted(event.epoch_text));
  out.append(R"(,"offset":)").append(std::to_string(event.at.value));
  return out.append(R"(,"time":)").append(std::to_string(ordered.time_ms)).append("}");
}

template <class List, class Text>
std::string list_of(const List& all, Text text_of) {
  std::string out = "[";
  for (const auto& each : all) {
    if (out.size() > 1) out.push_back(',');
    out += text_of(each);
  }
  return out + "]";
}

/// The node that a list is about.
std::string node_field(std::string_view node) { return R"(,"node":)" + json_quoted(node); }

/// The connection id in the format of the log.
std::string id_text(connection_id id) {
  constexpr auto serial_bits = (std::uint64_t{1} << 48) - 1;
  return std::to_string(loop_of(id).value) + "-" + std::to_string(id.value & serial_bits);
}

}  // namespace

std::string position(const api_reply& reply) {
  return reply.at ? net::position_json({reply.at->epoch, reply.at->at}) : "{}";
}

std::string broadcast_line(const topic& room_topic, const result<std::string>& answer) {
  std::string out = R"({"topic":)" + json_quoted(room_topic.name);
  const auto rest = answer ? *answer : net::error_response(answer.failure().code);
  if (rest != "{}") out.push_back(',');
  return out.append(rest.substr(1));
}

std::string broadcast(const std::vector<topic>& topics,
                      const std::vector<result<std::string>>& answers) {
  std::size_t next = 0;
  const auto lines =
      list_of(topics, [&](const topic& each) { return broadcast_line(each, answers[next++]); });
  return R"({"results":)" + lines + "}";
}

std::string room(const room_summary& summary, std::string_view owner) {
  std::string out = R"({"topic":)" + json_quoted(summary.topic.name);
  out.append(R"(,"kind":)").append(json_quoted(summary.kind));
  out.append(R"(,"owner":)").append(json_quoted(owner));
  out.append(R"(,"epoch":)").append(json_quoted(summary.epoch_text));
  out.append(R"(,"offset":)").append(std::to_string(summary.at.value));
  return out.append(R"(,"members":)").append(std::to_string(summary.members)).append("}");
}

std::string rooms(const std::vector<room_summary>& sorted, std::size_t limit,
                  std::string_view node) {
  const std::vector<room_summary> page(
      sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(std::min(limit, sorted.size())));
  const auto lines = list_of(page, [&](const room_summary& each) { return room(each, node); });
  const auto next = sorted.size() > page.size() ? json_quoted(page.back().topic.name) : "null";
  return R"({"rooms":)" + lines + R"(,"next":)" + next + node_field(node) + "}";
}

std::string history(const cluster::event& event, const cluster::events::snapshot& snapshot) {
  auto out = net::position_json({event.epoch_text, event.at});
  out.pop_back();
  out += R"(,"events":)" +
         list_of(snapshot.events, [](const auto& each) { return event_text(*each); });
  const bool has_more = !snapshot.events.empty() && snapshot.events.back()->at < event.at;
  out.append(R"(,"more":)").append(has_more ? "true" : "false");
  if (snapshot.recovered)
    out.append(R"(,"recovered":)").append(*snapshot.recovered ? "true" : "false");
  return out + "}";
}

std::string connection(const connection_summary& summary) {
  std::string out = R"({"id":")" + id_text(summary.id) + "\"";
  if (!summary.address.empty()) out.append(R"(,"address":)").append(json_quoted(summary.address));
  out.append(R"(,"since":)").append(std::to_string(summary.since_s));
  return out + R"(,"topics":)" + list_of(summary.topics, json_quoted) + "}";
}

std::string user(std::string_view user, std::size_t total,
                 const std::vector<std::string>& connections, std::string_view node) {
  auto out = R"({"user":)" + json_quoted(user) + R"(,"total":)" + std::to_string(total);
  return out + R"(,"connections":)" + list_of(connections, [](const auto& each) { return each; }) +
         node_field(node) + "}";
}

std::string disconnected(std::size_t connections, std::string_view node) {
  return R"({"connections":)" + std::to_string(connections) + node_field(node) + "}";
}

std::string revoked(const net::auth::revocation& revocation) {
  using net::auth::whole_seconds;
  std::string out = R"({"until":)" + std::to_string(whole_seconds(revocation.until_ms));
  if (revocation.kind == net::auth::revocation_kind::user) {
    out.append(R"(,"before":)").append(std::to_string(whole_seconds(revocation.before_ms)));
  }
  return out + "}";
}

}  // namespace roost::actors::api_text
