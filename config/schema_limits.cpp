#include "config/schema_limits.hpp"

namespace roost {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t kib = 1024;
constexpr std::int64_t gib = 1024 * 1024 * kib;
constexpr bounds waits_ms{10, day_ms};
constexpr bounds times_ms{0, day_ms};
constexpr bounds counts{0, 1'000'000};
constexpr bounds bytes{0, gib};

// Timers and counts. They can be reloaded, because the code reads them at each use.
void declare_looked_up(setting_table<settings>& t) {
  t.reloadable()
      .number(ROOST_FIELD(limits.idle_ms),
              "A connection that sent nothing for this long is closed with 1001. Clients send a "
              "heartbeat every 30 s, but a hidden Chrome tab runs its timers only once a minute.",
              "ms", waits_ms)
      .number(ROOST_FIELD(limits.ping_ms),
              "After so much silence of a client the server sends it a ping; 0: never. The answer "
              "keeps no connection from being idle.",
              "ms", times_ms)
      .number(ROOST_FIELD(limits.handshake_ms), "Time for a request to arrive whole.", "ms",
              waits_ms)
      .number(ROOST_FIELD(limits.close_ms),
              "Time of a close handshake: from the server's close frame until the socket is shut, "
              "whatever the client does meanwhile.",
              "ms", waits_ms)
      .number(ROOST_FIELD(limits.payload_bytes_max), "Largest payload of a message.", "bytes",
              {64, gib})
      .number(ROOST_FIELD(limits.channels_max), "Topics that a connection may join.", "",
              {1, 65'536})
      .number(ROOST_FIELD(limits.malformed_max),
              "Malformed messages that are dropped; one more ends the connection with 1002.", "",
              counts)
      .number(ROOST_FIELD(limits.refusals_per_minute_max),
              "Pushes and joins of a connection that are refused within a minute; one more ends it "
              "with 1008. 0: no limit.",
              "", counts)
      .number(ROOST_FIELD(limits.room_crashes_per_minute_max),
              "A room that failed so often within a minute refuses joins until the minute has "
              "passed; 0: no limit.",
              "", {0, 1'000})
      .number(ROOST_FIELD(limits.rooms_max),
              "Rooms that this node owns. Over it the room that has been empty longest makes way; "
              "where none is empty, a join that would make one more is refused \"unavailable\". "
              "0: no limit.",
              "", {0, 100'000'000})
      .number(
          ROOST_FIELD(limits.history_bytes_max),
          "Events that all rooms of this node hold, in histories and for members that catch up. "
          "Over it the rooms that have been empty longest are evicted; then a room that holds "
          "more than an equal share gives up more than it gains. 0: no limit.",
          "bytes", {0, 1024 * gib})
      .number(
          ROOST_FIELD(limits.rooms_bytes_max),
          "What all rooms of this node hold besides events: presence metas, idempotency values, "
          "receipts, answers kept for repeats. Over it the rooms that have been empty longest are "
          "evicted; then a member with more than an equal share is refused \"unavailable\", and "
          "rooms forget their oldest values and receipts. 0: no limit.",
          "bytes", {0, 1024 * gib})
      .number(
          ROOST_FIELD(limits.partial_bytes_max),
          "Messages of clients that have not arrived whole. Each loop has an equal part; over it "
          "the message that is unfinished longest ends its connection with 1013. 0: no limit.",
          "bytes", {0, 1024 * gib})
      .number(ROOST_FIELD(limits.connections_per_user.max),
              "Connections at once of a user with a token; 0: no limit.", "", counts)
      .choice(ROOST_FIELD(limits.connections_per_user.over),
              "Over it: the new connection is refused (429, or 1008 if its token came later), or "
              "the user's oldest one ends with 1008.");
}

// Buffer sizes and send budgets. They are fixed, because loops and connections copy them at start.
void declare_built_in(setting_table<settings>& t) {
  t.fixed()
      .number(ROOST_FIELD(limits.frame_bytes_max), "Largest frame or message of a client.", "bytes",
              {128, gib})
      .number(ROOST_FIELD(limits.outbox_bytes_max),
              "Bytes that may wait for a client; over it the connection ends with 1013.", "bytes",
              {16 * kib, gib})
      .number(ROOST_FIELD(limits.inbound_messages_max),
              "Messages of a connection that may wait for their answer; then reading pauses.", "",
              {1, 65'536})
      .number(ROOST_FIELD(limits.inbound_bytes_max), "Bytes of such messages; then reading pauses.",
              "bytes", {1 * kib, gib})
      .number(ROOST_FIELD(limits.flush_sends_max),
              "Sends in one loop iteration; then the loop reads again.", "", {4, 65'536})
      .number(ROOST_FIELD(limits.flush_us_max), "Time that one loop iteration spends on sending.",
              "us", {1, 1'000'000});
}

}  // namespace

void declare_limits(setting_table<settings>& t) {
  declare_looked_up(t);
  declare_built_in(t);
}

void declare_rates(setting_table<settings>& t) {
  auto rate = [&t](const char* per_second, auto speed, const char* burst, auto depth,
                   const char* text, bounds within) {
    const std::string unit = within.max == gib ? "bytes" : "";
    t.number(per_second, speed, text, unit.c_str(), within)
        .number(burst, depth, "How many of them may come at once.", unit.c_str(), within);
  };
  t.reloadable();
  rate(ROOST_FIELD(rates.connection.messages.per_second),
       ROOST_FIELD(rates.connection.messages.burst),
       "Messages of a connection a second; over it \"rate limited\". Heartbeats are always "
       "answered. "
       "0: no limit, as with every rate.",
       counts);
  rate(ROOST_FIELD(rates.connection.joins.per_second), ROOST_FIELD(rates.connection.joins.burst),
       "Joins of a connection a second; over it \"rate limited\".", counts);
  rate(ROOST_FIELD(rates.connection.bytes.per_second), ROOST_FIELD(rates.connection.bytes.burst),
       "Bytes from a connection a second; over it reading pauses.", bytes);
  rate(ROOST_FIELD(rates.user.messages.per_second), ROOST_FIELD(rates.user.messages.burst),
       "Messages of a user a second, over all connections on a node.", counts);
  rate(ROOST_FIELD(rates.address.connects.per_second), ROOST_FIELD(rates.address.connects.burst),
       "Connections that an address opens a second; over it 429. IPv6 counts by /64.", counts);
  rate(ROOST_FIELD(rates.address.messages.per_second), ROOST_FIELD(rates.address.messages.burst),
       "Messages from an address a second, over all connections on a node.", counts);
}

void declare_drain(setting_table<settings>& t) {
  t.reloadable()
      .number(ROOST_FIELD(drain.timeout_ms), "A drain that takes longer is cut off: exit code 4.",
              "ms", times_ms)
      .number(ROOST_FIELD(drain.delay_ms),
              "So long /ready says 503 before anything is closed, for load balancers to see it.",
              "ms", times_ms)
      .number(ROOST_FIELD(drain.spread_ms),
              "Connections are closed evenly over at most so much time.", "ms", times_ms)
      .number(ROOST_FIELD(drain.connections_per_second),
              "A drain closes so many connections a second, and more only if it would take longer "
              "than drain.spread_ms. 0: it always takes drain.spread_ms.",
              "", counts)
      .number(ROOST_FIELD(drain.reconnect_jitter_ms),
              "Clients are told to come back after a random time up to this.", "ms", times_ms);
}

}  // namespace roost
