// The settings of a node as plain values. Each is declared once, with its text, unit, default and
// bounds, in schema.cpp; this struct is only where the loader puts them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
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
  std::string auth = "optional";  ///< none: tokens are not looked at; optional; required
};

/// A value of a claim, as a rule may name it.
using claim_value = std::variant<std::string, std::int64_t, bool>;

/// Who may do something in a room.
struct access_rule {
  enum class who : std::uint8_t {
    any,    ///< everybody
    user,   ///< has a valid token
    self,   ///< the topic's part after its first ':' equals the token's sub
    grant,  ///< the token's grants claim allows it
    claim,  ///< the claim has one of the values, or is a list that has one
    none,
  };
  who allowed = who::any;
  std::string claim{};            ///< who::claim only
  std::vector<claim_value> in{};  ///< who::claim only
};

/// Who may push which events; the first whose events match decides.
struct push_rule {
  std::vector<std::string> events{"*"};  ///< names; a * at the end stands for any rest
  access_rule allow{};
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
  struct allow_settings {
    /// load() puts in what is not written: any where no key for tokens is configured, else user.
    std::optional<access_rule> join;
    /// Of members only. An event that no rule matches is refused.
    std::vector<push_rule> push{push_rule{}};
  } allow;
};

/// A bucket of `burst` that fills with `per_second`; 0 a second: no limit.
struct rate_limit {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 0;
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
    std::vector<std::string> host_names;  ///< empty: loopback and the interfaces' addresses
    bool demo = false;
    std::vector<std::string> trusted_proxies{"127.0.0.0/8"};  ///< see cidr.hpp
    bool proxy_protocol = false;  ///< a PROXY header, v1 or v2, begins each connection
  } listen;
  struct admin_settings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4001;
    std::string api_key;  ///< secret; empty: the API answers only on loopback
  } admin;
  std::vector<socket_settings> sockets{socket_settings{}};
  struct auth_settings {
    std::string hs256_secret;                 ///< secret; empty: none
    std::string jwks_file;                    ///< empty: none
    std::string jwks_url;                     ///< empty: none
    std::string issuer;                       ///< what iss must be; empty: not looked at
    std::string audience;                     ///< what aud must have; empty: not looked at
    std::uint32_t leeway_ms = 5'000;          ///< how far clocks may differ, for exp and nbf
    std::uint32_t grace_ms = 10'000;          ///< from the warning of an expiry to the end
    std::uint32_t first_message_ms = 10'000;  ///< auth required: wait for the first token
    std::string cookie;                       ///< that holds a token; empty: none
  } auth;
  struct limit_settings {
    std::uint32_t idle_ms = 90'000;
    std::uint32_t ping_ms = 0;  ///< after so much silence the server pings; 0: never
    std::uint32_t handshake_ms = 10'000;
    std::uint32_t close_ms = 2'000;  ///< a close handshake may take so long
    std::uint32_t frame_bytes_max = 1'000'000;
    std::uint32_t payload_bytes_max = 262'144;
    std::uint32_t outbox_bytes_max = 1'000'000;
    std::uint32_t inbound_messages_max = 128;  ///< credit: unanswered messages a connection
    std::uint32_t inbound_bytes_max = 1'000'000;
    std::uint32_t channels_max = 100;
    std::uint32_t malformed_max = 10;
    std::uint32_t refusals_per_minute_max = 600;    ///< then the connection ends; 0: no limit
    std::uint32_t room_crashes_per_minute_max = 5;  ///< then joins are refused; 0: no limit
    std::uint32_t rooms_max = 1'000'000;  ///< rooms with an owner on this node; 0: no limit
    std::uint64_t history_bytes_max = 1'073'741'824;  ///< events of all rooms; 0: no limit
    std::uint64_t rooms_bytes_max = 1'073'741'824;    ///< all else of rooms; 0: no limit
    std::uint64_t partial_bytes_max = 268'435'456;    ///< unfinished messages; 0: no limit
    std::uint32_t flush_sends_max = 64;               ///< sends a loop turn
    std::uint32_t flush_us_max = 2'000;               ///< time a loop turn spends sending
    struct per_user {
      std::uint32_t max = 0;        ///< 0: no limit
      std::string over = "refuse";  ///< refuse: the new one; evict_oldest
    } connections_per_user;
  } limits;
  struct rate_settings {
    struct of_connection {
      rate_limit messages{100, 200};
      rate_limit joins{50, 200};
      rate_limit bytes;  ///< over it reading pauses
    } connection;
    struct of_user {
      rate_limit messages;
    } user;
    struct of_address {  ///< IPv6 by /64
      rate_limit connects;
      rate_limit messages;
    } address;
  } rates;
  struct drain_settings {
    std::uint32_t timeout_ms = 30'000;  ///< of the whole drain, delay and spread in it
    std::uint32_t delay_ms = 0;         ///< /ready says 503 for so long before anything ends
    std::uint32_t spread_ms = 10'000;   ///< connections are closed evenly, over at most so long
    std::uint32_t connections_per_second =
        500;  ///< closed so fast if that takes less; 0: it never does
    std::uint32_t reconnect_jitter_ms = 5'000;  ///< clients come back spread over so much
  } drain;
  std::vector<room_rule> rooms{room_rule{}};
  struct log_settings {
    std::string level = "info";
    std::string format = "json";
  } log;
};

/// Whether tokens can be checked at all.
inline bool has_token_key(const settings& all) {
  const auto& auth = all.auth;
  return !auth.hs256_secret.empty() || !auth.jwks_file.empty() || !auth.jwks_url.empty();
}

}  // namespace roost
