// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_limits.hpp"

namespace roost {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t kib = 1024;
constexpr std::int64_t gib = 1024 * 1024 * kib;
constexpr bounds timeout_bounds_ms{10, day_ms};
constexpr bounds duration_bounds_ms{0, day_ms};
constexpr bounds counts{0, 1'000'000};
constexpr bounds bytes{0, gib};

// Timers and counts. They are reloadable, because the code reads them at each use.
void declare_reloadable_limits(setting_table<settings>& t) {
  t.reloadable()
      .number(ROOST_FIELD(limits.idle_ms),
              "A connection that sends nothing for this long is closed with 1001. Clients send a "
              "heartbeat every 30 s, but a hidden Chrome tab runs its timers only once a minute.",
              "ms", timeout_bounds_ms)
      .number(ROOST_FIELD(limits.ping_ms),
              "Send a ping to a client that has been silent for this long. 0: never. A pong does "
              "not reset `limits.idle_ms`.",
              "ms", duration_bounds_ms)
      .number(ROOST_FIELD(limits.handshake_ms), "Timeout for a complete HTTP request to arrive.",
              "ms", timeout_bounds_ms)
      .number(ROOST_FIELD(limits.close_ms),
              "Timeout of a close handshake: from the server's close frame until the socket is "
              "closed, whatever the client does.",
              "ms", timeout_bounds_ms)
      .number(ROOST_FIELD(limits.payload_bytes_max), "Maximum size of a message's payload.",
              "bytes", {64, gib})
      .number(ROOST_FIELD(limits.channels_max),
              "Maximum number of topics that a connection may join.", "", {1, 65'536})
      .number(ROOST_FIELD(limits.malformed_max),
              "Number of malformed messages that are tolerated; one more closes the connection "
              "with 1002.",
              "", counts)
      .number(ROOST_FIELD(limits.refusals_per_minute_max),
              "Number of refused pushes and joins that are tolerated within a minute; one more "
              "closes the connection with 1008. 0: no limit.",
              "", counts)
      .number(ROOST_FIELD(limits.room_crashes_per_minute_max),
              "A room that crashes this often within a minute refuses joins until the minute has "
              "passed. 0: no limit.",
              "", {0, 1'000})
      .number(ROOST_FIELD(limits.rooms_max),
              "Maximum number of rooms that this node owns. At the limit, a new room evicts the "
              "room that has been empty longest; if no room is empty, the join is refused with "
              "\"unavailable\". 0: no limit.",
              "", {0, 100'000'000})
      .number(
          ROOST_FIELD(limits.history_bytes_max),
          "Memory for the events of all rooms of this node: histories, and events kept for members "
          "that catch up. Over it, the rooms that have been empty longest are evicted; then a room "
          "that holds more than an equal share gives up more than it gains. 0: no limit.",
          "bytes", {0, 1024 * gib})
      .number(ROOST_FIELD(limits.rooms_bytes_max),
              "Memory for everything that all rooms of this node keep besides events: presence "
              "metas, idempotency values, receipts, answers kept for resent commands. Over it, the "
              "rooms that have been empty longest are evicted; then a join or meta above an equal "
              "share is refused with \"unavailable\", and rooms forget their oldest values and "
              "receipts. 0: no limit.",
              "bytes", {0, 1024 * gib})
      .number(
          ROOST_FIELD(limits.partial_bytes_max),
          "Memory for messages that have not arrived completely. Each loop has an equal part; over "
          "it, the oldest unfinished message closes its connection with 1013. 0: no limit.",
          "bytes", {0, 1024 * gib})
      .number(ROOST_FIELD(limits.connections_per_user.max),
              "Maximum number of open connections of a user with a token. 0: no limit.", "", counts)
      .choice(ROOST_FIELD(limits.connections_per_user.over),
              "At the limit: `refuse` the new connection (429, or 1008 if its token came later), "
              "or `evict_oldest`, which closes the user's oldest connection with 1008.");
}

// Buffer sizes and send budgets. They are fixed, because loops and connections copy them at start.
void declare_fixed_limits(setting_table<settings>& t) {
  t.fixed()
      .number(ROOST_FIELD(limits.frame_bytes_max),
              "Maximum size of a frame or message from a client.", "bytes", {128, gib})
      .number(ROOST_FIELD(limits.outbox_bytes_max),
              "Maximum number of bytes that wait to be sent to a client; over it the connection is "
              "closed with 1013.",
              "bytes", {16 * kib, gib})
      .number(ROOST_FIELD(limits.inbound_messages_max),
              "Maximum number of unanswered messages of a connection; at the limit the server "
              "stops reading from its socket.",
              "", {1, 65'536})
      .number(ROOST_FIELD(limits.inbound_bytes_max),
              "Maximum size of the unanswered messages of a connection; at the limit the server "
              "stops reading from its socket.",
              "bytes", {1 * kib, gib})
      .number(ROOST_FIELD(limits.flush_sends_max),
              "Maximum number of sends in one loop iteration; then the loop reads again.", "",
              {4, 65'536})
      .number(ROOST_FIELD(limits.flush_us_max),
              "Maximum time that one loop iteration spends on sends.", "us", {1, 1'000'000});
}

}  // namespace

void declare_limits(setting_table<settings>& t) {
  declare_reloadable_limits(t);
  declare_fixed_limits(t);
}

void declare_rates(setting_table<settings>& t) {
  auto rate = [&t](const char* per_second, auto speed, const char* burst, auto depth,
                   const char* text, bounds within) {
    const std::string unit = within.max == gib ? "bytes" : "";
    t.number(per_second, speed, text, unit.c_str(), within)
        .number(burst, depth, "Size of the token bucket: the largest burst.", unit.c_str(), within);
  };
  t.reloadable();
  rate(ROOST_FIELD(rates.connection.messages.per_second),
       ROOST_FIELD(rates.connection.messages.burst),
       "Messages per second of one connection; more are answered with \"rate limited\". Heartbeats "
       "do not count. 0: no limit, as for every rate.",
       counts);
  rate(ROOST_FIELD(rates.connection.joins.per_second), ROOST_FIELD(rates.connection.joins.burst),
       "Joins per second of one connection; more are answered with \"rate limited\".", counts);
  rate(ROOST_FIELD(rates.connection.bytes.per_second), ROOST_FIELD(rates.connection.bytes.burst),
       "Bytes per second from one connection; over it the server pauses reading.", bytes);
  rate(ROOST_FIELD(rates.user.messages.per_second), ROOST_FIELD(rates.user.messages.burst),
       "Messages per second of one user, over all its connections to this node.", counts);
  rate(ROOST_FIELD(rates.address.connects.per_second), ROOST_FIELD(rates.address.connects.burst),
       "Connections per second from one address; more are refused with 429. IPv6 addresses count "
       "by /64.",
       counts);
  rate(ROOST_FIELD(rates.address.messages.per_second), ROOST_FIELD(rates.address.messages.burst),
       "Messages per second from one address, over all its connections to this node.", counts);
}

void declare_drain(setting_table<settings>& t) {
  t.reloadable()
      .number(ROOST_FIELD(drain.timeout_ms),
              "Timeout of a drain; when it expires, the process exits with code 4.", "ms",
              duration_bounds_ms)
      .number(ROOST_FIELD(drain.delay_ms),
              "Time that /ready answers 503 before the first connection is closed, so that load "
              "balancers notice.",
              "ms", duration_bounds_ms)
      .number(ROOST_FIELD(drain.spread_ms),
              "Maximum time over which connections are closed evenly.", "ms", duration_bounds_ms)
      .number(
          ROOST_FIELD(drain.connections_per_second),
          "Connections that a drain closes per second; it closes more only if it would otherwise "
          "take longer than drain.spread_ms. 0: a drain always takes drain.spread_ms.",
          "", counts)
      .number(ROOST_FIELD(drain.reconnect_jitter_ms),
              "Maximum of the random time after which a client is told to reconnect.", "ms",
              duration_bounds_ms);
}

}  // namespace roost
