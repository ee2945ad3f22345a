// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/edge/every_order.hpp"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "actors/room/kinds/relay_handler.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/delivery_orders.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/room_check.hpp"

namespace roost::actors {

namespace {

using promises::promise;

using delivery = room_edges_fixture::delivery;

/// One run of a script.
class stage {
 public:
  stage(const script& script, const fault_injection* faults)
      : script_(script), edges_(options(script, faults)) {
    if (script.outbox_bytes > 0) edges_.config.limits.outbox_bytes_max = script.outbox_bytes;
    for (const int client : {0, 1}) {
      views_.emplace_back(client, "room:1", terms(), clock_, truth_, found_);
      views_.back().connected(1);
      edges_.add_client({net::codec_id::v2, true});
    }
    for (const auto* event : {"phx_join", "msg", "msg"}) say(0, event);
    if (script.has_joined) say(1, "phx_join");
    rest();
    if (script.outbox_bytes > 0) edges_.limit_room(1);
  }
  /// Returns the first broken promise, if any.
  std::optional<std::string> play(delivery_orders& order, run_counts& counts) {
    for (const auto& event : script_.second) say(1, event);
    for (const auto& event : script_.first) say(0, event);
    bool is_paged = false;
    while (!found_.first()) {
      const auto options = ready();
      if (options.empty()) break;
      const auto* next = order.choose(options);
      if (!next) return std::nullopt;
      if (next->lane == reads) {
        read(1);
      } else {
        edges_.step_lane(next->lane);
        read(0);
        if (script_.outbox_bytes == 0 || !is_open(1)) read(1);
      }
      is_paged = is_paged || edges_.catching_up(0) > 0;
    }
    ++counts.runs;
    counts.paged += is_paged ? 1 : 0;
    counts.closed += is_open(1) ? 0 : 1;
    counts.dropped += is_open(1) && ephemerals_got_ < 2 * ephemerals_sent_ ? 1 : 0;
    check_rest();
    for (std::size_t client : {0U, 1U}) {
      if (views_[client].is_live()) say(client, "phx_leave");
    }
    rest();
    check_leaks();
    if (!found_.first()) return std::nullopt;
    return std::string(found_.name()) + ": " + found_.first()->text + "\n" + messages_;
  }

 private:
  static constexpr std::size_t reads = 1'000;  // instead of a lane: the second client reads

  static room_edges_options options(const script& script, const fault_injection* faults) {
    room_edges_options out;
    out.rule.echo = script.echo;
    const auto& events = script.first;
    if (std::count(events.begin(), events.end(), "typing") > 0) out.rule.ephemeral = {"typing"};
    if (script.conflates) out.rule.conflate_field = "c";
    out.handlers = [](const room_rule&) { return std::make_unique<relay_handler>(); };
    out.faults = faults;
    return out;
  }
  promises::room_terms terms() const { return promises::terms_of(edges_.config.rooms[0]); }
  bool is_open(std::size_t client) { return edges_.session(client).is_open(); }
  std::vector<delivery> ready() {
    auto out = edges_.ready();
    auto& session = edges_.session(1);
    if (session.is_open() && (session.queued_bytes() > 0 || session.wants_drained())) {
      out.push_back({reads, edges_.touched_by_take(1), false});
    }
    return out;
  }
  void say(std::size_t client, const std::string& event) {
    const auto reference = std::to_string(++last_ref_);
    using kind = promises::request_kind;
    promises::request asked{event == "phx_join" ? kind::join
                            : event == "msg"    ? kind::push
                            : event == "typing" ? kind::ephemeral
                                                : kind::leave};
    asked.number = last_ref_;
    const bool is_ephemeral = asked.kind == kind::ephemeral;
    nlohmann::json payload = {{"c", client}, {"l", 1}, {is_ephemeral ? "e" : "s", last_ref_}};
    truth_.sent(promises::content_of(event, payload));
    if (is_ephemeral) ++ephemerals_sent_;
    if (asked.kind == kind::join) {
      join_ref_[client] = reference;
      payload = nlohmann::json::object();
      if (client == 1) asked.resume = script_.resume;
      if (asked.resume) {
        payload["resume"] = {{"epoch", asked.resume->epoch}, {"offset", asked.resume->at}};
      }
    }
    views_[client].requested(reference, std::move(asked));
    edges_.say(client, {event, reference, join_ref_[client], payload.dump()});
  }
  void read(std::size_t client) {
    const auto messages = edges_.take(client);
    if (has_lost_[client] && !messages.empty()) found_.broke(promise::within_channel, "closed");
    for (const auto& frame : messages) {
      messages_ += "client " + std::to_string(client) + " got " + frame + "\n";
      const auto decoded = promises::decode_frame(frame);
      if (decoded.event == "typing") ++ephemerals_got_;
      views_[client].received(decoded);
    }
    if (is_open(client) || std::exchange(has_lost_[client], true)) return;
    messages_ += "client " + std::to_string(client) + " is closed\n";
    views_[client].connection_lost();
  }
  /// Delivers and reads everything.
  void rest() {
    do {
      edges_.settle();
      for (std::size_t client : {0U, 1U}) read(client);
    } while (!edges_.ready().empty());
  }
  void check(bool holds, promise broken, const char* text) {
    if (!holds) found_.broke(broken, text);
  }
  void check_rest() {
    for (std::size_t client : {0U, 1U}) {
      const std::size_t live = views_[client].is_live() ? 1 : 0;
      check(edges_.channels_of(client) == live, promise::no_leak, "a connection has a channel");
      check(!is_open(client) || edges_.has_all_credit(client), promise::no_leak,
            "credit is missing");
    }
    check(is_open(1) || script_.may_close, promise::bounds, "a client is closed without need");
    check(edges_.catching_up(0) == 0, promise::rest, "a member still waits for a page");
    const auto head = edges_.owner().head().value;
    promises::check_members({&views_[0], &views_[1]}, terms(), found_, head);
    truth_.check_quiet(head);
  }
  void check_leaks() {
    const auto& edge = edges_.edge(0);
    const auto at_edge = edge.channels() + edge.waiting() + edge.catching_up() + edges_.attached(0);
    check(at_edge + edges_.owner().members() == 0, promise::no_leak, "the room has members");
    check(edges_.rooms(0) + edges_.subscribed(0) + edges_.catching_up(0) == 0, promise::no_leak,
          "a fan-out has members");
  }

  const script& script_;
  room_edges_fixture edges_;
  tests::virtual_time clock_;
  promises::findings found_;
  promises::room_truth truth_{"room:1", found_};
  std::deque<promises::member_view> views_;
  std::string join_ref_[2];
  bool has_lost_[2] = {};
  unsigned last_ref_ = 0;
  std::size_t ephemerals_sent_ = 0;
  std::size_t ephemerals_got_ = 0;
  std::string messages_;
};

}  // namespace

run_counts play_all(const script& script) {
  delivery_orders order;
  run_counts counts;
  do {
    const auto broken = stage(script, nullptr).play(order, counts);
    INFO("run " << counts.runs << ": " << broken.value_or(""));
    REQUIRE_FALSE(broken.has_value());
  } while (order.next());
  return counts;
}

bool finds(bool fault_injection::*fault, const script& script) {
  fault_injection faults;
  faults.*fault = true;
  delivery_orders order;
  run_counts counts;
  do {
    if (stage(script, &faults).play(order, counts)) return true;
  } while (order.next());
  return false;
}

}  // namespace roost::actors
