// An edge by itself: the test is its members and its owner.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actors/room/room_edge.hpp"
#include "tests/actors/fake_session.hpp"
#include "tests/support/catch.hpp"

namespace roost::actors {

/// "reply 2 ok", "reply 2 room full", "phx_close 1", "msg 7" with its offset: enough to compare.
inline std::string brief(const net::frame_ptr& frame) {
  const auto all = nlohmann::json::parse(payload_of(frame));
  const auto text = [](const nlohmann::json& ref) {
    return ref.is_null() ? std::string("null") : ref.get<std::string>();
  };
  const auto event = all[3].get<std::string>();
  if (event == "phx_reply") {
    const auto& response = all[4]["response"];
    return "reply " + text(all[1]) + " " +
           response.value("reason", all[4]["status"].get<std::string>());
  }
  if (event == "phx_close" || event == "phx_error") return event + " " + text(all[0]);
  return all.size() > 5 ? event + " " + std::to_string(all[5]["offset"].get<int>()) : event;
}

struct edge_bench {
  using lines = std::vector<std::string>;
  using told = cluster::event::kind;
  static constexpr net::wire_format format{net::codec_id::v2, true};

  explicit edge_bench(room_rule rule = {}) : plan(rule) {}

  edge_request asked(edge_request::kind what, std::uint64_t member, const std::string& ref) {
    edge_request next;
    next.what = what;
    next.from = connection_id{member};
    next.serial = serials[member];
    next.format = format;
    next.join_ref = net::ref{"\"" + join_refs[member] + "\""};
    next.reference = net::ref{"\"" + ref + "\""};
    next.bytes_in = 1;
    return next;
  }
  /// The number of the command that it led to.
  std::uint64_t ask(edge_request what) {
    under.request(std::move(what), out);
    return out.commands.empty() ? 0 : out.commands.back().number;
  }
  std::uint64_t join(std::uint64_t member, const std::string& ref) {
    serials[member] = ++last_serial;
    join_refs[member] = ref;
    return ask(asked(edge_request::kind::join, member, ref));
  }
  std::uint64_t push(std::uint64_t member, const std::string& ref,
                     const std::string& event = "msg") {
    auto what = asked(edge_request::kind::push, member, ref);
    what.event = event;
    what.body.data = slice::of(bytes_ptr::copy("{}"));
    return ask(std::move(what));
  }
  std::uint64_t leave(std::uint64_t member, const std::string& ref) {
    return ask(asked(edge_request::kind::leave, member, ref));
  }

  /// From the owner: an answer to this number.
  cluster::event answer(told what, std::uint64_t number, std::uint64_t member,
                        std::uint64_t at = 0) const {
    cluster::event next;
    next.where = topic{"room:1"};
    next.what = what;
    next.origin = under.self();
    next.number = number;
    next.member = connection_id{member};
    next.life = next.in = epoch{life};
    next.epoch_text = "e" + std::to_string(life);
    next.at = next.joined_at = offset{at};
    return next;
  }
  /// An event with this offset; of another node where there is no number.
  cluster::event ordered(std::uint64_t at, std::uint64_t number = 0, std::uint64_t member = 0,
                         std::size_t bytes = 2) const {
    auto next = answer(told::ordered, number, member, at);
    if (number == 0) next.origin = {node_id{99}, 1};
    next.name = "msg";
    next.payload = {slice::of(bytes_ptr::copy("\"" + std::string(bytes - 2, 'x') + "\"")), false};
    return next;
  }
  void tell(cluster::event what) { under.event(cluster::share(std::move(what)), out); }
  /// A member is in, at this position.
  void enter(std::uint64_t member, std::uint64_t at = 0, const std::string& ref = "1") {
    tell(answer(told::joined, join(member, ref), member, at));
    out.clear();
  }

  /// What this member is given directly, in order; and what everybody is.
  lines directs(std::uint64_t member) const {
    lines all;
    for (const auto& each : out.directs) {
      if (each.to != connection_id{member}) continue;
      for (const auto* frame : {&each.first, &each.second}) {
        if (*frame) all.push_back(brief(*frame));
      }
      if (!each.page) continue;
      for (const auto& frame : each.page->frames) all.push_back(brief(frame));
    }
    return all;
  }
  lines casts() const {
    lines all;
    for (const auto& each : out.casts) all.push_back(brief(each.frames[format.index()]));
    return all;
  }
  /// "fetch 3" or "push 2": what it wants to be carried to the owner.
  lines commands() const {
    static const char* const names[] = {"join",      "leave", "push",    "describe",
                                        "mark_read", "fetch", "publish", "look"};
    lines all;
    for (const auto& each : out.commands) {
      const bool is_fetch = each.what == cluster::command::kind::fetch;
      all.push_back(std::string(names[static_cast<std::size_t>(each.what)]) + " " +
                    std::to_string(is_fetch ? each.from_place->at.value : each.number));
    }
    return all;
  }

  room_plan plan;
  bool bus_may_lose = true;
  room_edge under{topic{"room:1"}, {node_id{1}, 7}, plan, bus_may_lose};
  edge_effects out;
  std::uint64_t life = 1;
  channel_serial last_serial = 0;
  std::map<std::uint64_t, channel_serial> serials = {};
  std::map<std::uint64_t, std::string> join_refs = {};
};

}  // namespace roost::actors
