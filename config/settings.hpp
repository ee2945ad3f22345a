// The settings of a node as plain values. Each is declared once, with its text, unit, default and
// bounds, in schema.cpp; this struct is only where the loader puts them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace roost {

/// Which Origin headers a mount accepts.
struct origin_rule {
  enum class mode : std::uint8_t { same, any, list };
  mode how = mode::same;
  std::vector<std::string> entries;  ///< list only: "//host", "//*.host", "https://host:1234"
};

/// A mount: where clients connect, and its own rules.
struct socket_settings {
  std::string path = "/socket";
  origin_rule origins;
  std::vector<std::string> subprotocols;
};

/// What a topic pattern gets; the first match wins.
struct room_rule {
  std::string match = "*";  ///< trailing * only
  std::string kind = "relay";
  std::string durability = "memory";
  bool echo = true;               ///< the sender gets its own broadcast
  std::uint32_t members_max = 0;  ///< 0: no limit
  /// What a room keeps of its events, for those that resume: the tightest of the three counts.
  struct history_settings {
    std::uint32_t events_max = 100;
    std::uint32_t age_ms_max = 300'000;
    std::uint32_t bytes_max = 1'000'000;
  } history;
  struct presence_settings {
    std::string mode = "full";       ///< full, count or off
    std::uint32_t full_max = 1'000;  ///< above so many members: counts only
    std::uint32_t window_ms = 50;    ///< joins and leaves of so long go out together
    std::uint32_t meta_bytes_max = 4'096;
  } presence;
  std::vector<std::string> ephemeral;  ///< names of events that are never kept
  struct receipt_settings {
    std::uint32_t users_max = 1'000;
    std::uint32_t window_ms = 200;
  } receipts;
  std::string idempotency_field;  ///< top-level key of payloads; empty: none
  std::uint32_t idempotency_bytes_max = 1'000'000;
  std::string conflate_field;  ///< top-level key of ephemeral payloads; empty: none
  std::uint32_t batch_ms = 0;  ///< events are held back for so long and written together
  struct event_rule {
    std::string name;
    std::uint32_t bytes_max = 0;  ///< of the payload; 0: limits.payload_bytes_max alone
    std::string schema_file;      ///< JSON schema that payloads must satisfy; empty: none
  };
  std::vector<event_rule> events;
};

struct settings {
  struct node_settings {
    std::string name = "a";
    std::uint32_t loops = 0;            ///< 0: one per core
    std::uint32_t connections_max = 0;  ///< 0: what the open-files limit allows
  } node;
  struct listen_settings {
    std::string host = "0.0.0.0";
    std::uint16_t port = 4000;
    bool demo = false;
  } listen;
  struct admin_settings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4001;
  } admin;
  std::vector<socket_settings> sockets{socket_settings{}};
  struct limit_settings {
    std::uint32_t idle_ms = 60'000;
    std::uint32_t handshake_ms = 10'000;
    std::uint32_t close_ms = 5'000;  ///< wait for the peer's close frame
    std::uint32_t frame_bytes_max = 1'000'000;
    std::uint32_t payload_bytes_max = 262'144;
    std::uint32_t outbox_bytes_max = 1'000'000;
    std::uint32_t inbound_messages_max = 128;  ///< credit: unanswered messages a connection
    std::uint32_t inbound_bytes_max = 1'000'000;
    std::uint32_t channels_max = 100;
    std::uint32_t malformed_max = 10;
    std::uint32_t room_crashes_per_minute_max = 5;  ///< then joins are refused; 0: no limit
    std::uint32_t flush_sends_max = 256;            ///< sends a loop turn
    std::uint32_t flush_us_max = 2'000;             ///< time a loop turn spends sending
  } limits;
  struct drain_settings {
    std::uint32_t timeout_ms = 30'000;
  } drain;
  std::vector<room_rule> rooms{room_rule{}};
  struct log_settings {
    std::string level = "info";
    std::string format = "json";
  } log;
};

}  // namespace roost
