// SPDX-License-Identifier: Apache-2.0
// The settings of a node as plain values, filled by the loader. The initializers are the defaults.
// schema*.cpp declares key, meaning, unit and bounds of each setting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/schema/setting_choices.hpp"

namespace roost {

/// The Origin headers that a mount accepts.
struct origin_rule {
  enum class mode : std::uint8_t { same, any, list };
  mode how = mode::same;
  std::vector<std::string> entries;  ///< list only: "//host", "//*.host", "https://host:1234"
};

/// A mount: a path at which clients connect, with its rules.
struct socket_settings {
  std::string path = "/socket";
  origin_rule origins;
  std::vector<std::string> subprotocols;
  token_use auth = token_use::optional;
};

/// The value of a token claim in an access rule.
using claim_value = std::variant<std::string, std::int64_t, bool>;

/// The condition for an action in a room.
struct access_rule {
  enum class grantee : std::uint8_t {
    any,    ///< everybody
    user,   ///< users with a valid token
    self,   ///< the user whose sub is the part of the topic after its first ':'
    grant,  ///< users whose grants claim allows it
    claim,  ///< users whose claim is, or as a list contains, one of the values
    none,
  };
  grantee allowed = grantee::any;
  std::string claim{};            ///< grantee::claim only
  std::vector<claim_value> in{};  ///< grantee::claim only
};

/// The members that may push some events. The first rule whose events match decides.
struct push_rule {
  std::vector<std::string> events{"*"};  ///< names; a trailing * matches any rest
  access_rule allow{};
};

/// The settings of all topics that match a pattern. The first matching rule counts.
struct room_rule {
  std::string match = "*";  ///< a name, or a prefix with a trailing *
  room_kind kind = room_kind::relay;
  room_durability durability = room_durability::memory;
  std::uint32_t snapshot_ms = 1'000;  ///< durability snapshot: time from a change to its storing
  bool echo = true;                   ///< the sender also receives its own broadcast
  std::uint32_t members_max = 0;      ///< 0: no limit
  /// Limits of the events that a room keeps so that clients can resume; all three apply.
  struct history_settings {
    std::uint32_t events_max = 100;
    std::uint32_t age_ms_max = 300'000;
    std::uint32_t bytes_max = 1'000'000;
  } history;
  struct presence_settings {
    presence_mode mode = presence_mode::full;
    std::uint32_t full_max = 1'000;  ///< with more members only counts are sent
    std::uint32_t window_ms = 50;    ///< joins and leaves are batched over this time
    std::uint32_t meta_bytes_max = 4'096;
  } presence;
  std::vector<std::string> ephemeral;  ///< names of events that history never keeps
  struct receipt_settings {
    std::uint32_t users_max = 1'000;
    std::uint32_t window_ms = 200;
  } receipts;
  std::string idempotency_field;  ///< top-level payload key that deduplicates pushes; empty: none
  std::uint32_t idempotency_bytes_max = 1'000'000;
  std::string conflate_field;  ///< top-level key by which ephemeral events coalesce; empty: none
  std::uint32_t batch_ms = 0;  ///< events are held back this long and sent as a batch; 0: none
  struct event_rule {
    std::string name;
    std::uint32_t bytes_max = 0;  ///< of the payload; 0: only limits.payload_bytes_max applies
    std::string schema_file;      ///< path of a JSON schema for the payloads; empty: none
  };
  std::vector<event_rule> events;
  struct allow_settings {
    /// load() sets a missing rule: `user` if a token key is configured, else `any`.
    std::optional<access_rule> join;
    /// Applies to members only. An event that no rule matches is refused.
    std::vector<push_rule> push{push_rule{}};
  } allow;
};

/// A token bucket with capacity `burst` and refill rate `per_second`; rate 0: no limit.
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
    std::vector<std::string> host_names;  ///< empty: loopback and all interface addresses
    bool demo = false;
    std::vector<std::string> trusted_proxies{"127.0.0.0/8"};  ///< see cidr.hpp
    bool proxy_protocol = false;  ///< connections begin with a PROXY header, v1 or v2
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
    std::string issuer;                       ///< required value of iss; empty: not checked
    std::string audience;                     ///< value that aud must contain; empty: not checked
    std::uint32_t leeway_ms = 5'000;          ///< tolerated clock difference for exp and nbf
    std::uint32_t grace_ms = 10'000;          ///< from token_expired until the connection is closed
    std::uint32_t first_message_ms = 10'000;  ///< auth required: timeout for the first valid token
    std::string cookie;                       ///< name of the cookie with the token; empty: none
  } auth;
  struct limit_settings {
    std::uint32_t idle_ms = 90'000;
    std::uint32_t ping_ms = 0;  ///< the server pings after this silence; 0: never
    std::uint32_t handshake_ms = 10'000;
    std::uint32_t close_ms = 2'000;  ///< timeout of the close handshake
    std::uint32_t frame_bytes_max = 1'000'000;
    std::uint32_t payload_bytes_max = 262'144;
    std::uint32_t outbox_bytes_max = 1'000'000;
    std::uint32_t inbound_messages_max = 128;  ///< credit: unanswered messages per connection
    std::uint32_t inbound_bytes_max = 1'000'000;
    std::uint32_t channels_max = 100;
    std::uint32_t malformed_max = 10;
    std::uint32_t refusals_per_minute_max = 600;    ///< above it the connection closes; 0: no limit
    std::uint32_t room_crashes_per_minute_max = 5;  ///< from then on joins are refused; 0: no limit
    std::uint32_t rooms_max = 1'000'000;            ///< rooms owned by this node; 0: no limit
    std::uint64_t history_bytes_max = 1'073'741'824;  ///< events in all rooms; 0: no limit
    std::uint64_t rooms_bytes_max = 1'073'741'824;    ///< other data of all rooms; 0: no limit
    std::uint64_t partial_bytes_max = 268'435'456;  ///< incomplete messages of clients; 0: no limit
    std::uint32_t flush_sends_max = 64;             ///< send calls per loop iteration
    std::uint32_t flush_us_max = 2'000;             ///< time for sending per loop iteration
    struct per_user {
      std::uint32_t max = 0;  ///< 0: no limit
      over_limit over = over_limit::refuse;
    } connections_per_user;
  } limits;
  struct rate_settings {
    struct of_connection {
      rate_limit messages{100, 200};
      rate_limit joins{50, 200};
      rate_limit bytes;  ///< above it the server pauses reading
    } connection;
    struct of_user {
      rate_limit messages;
    } user;
    struct of_address {  ///< an IPv6 /64 network counts as one address
      rate_limit connects;
      rate_limit messages;
    } address;
  } rates;
  struct drain_settings {
    std::uint32_t timeout_ms = 30'000;  ///< of the whole drain, including delay and spread
    std::uint32_t delay_ms = 0;         ///< /ready returns 503 this long before connections close
    std::uint32_t spread_ms = 10'000;   ///< connections close evenly over at most this time
    std::uint32_t connections_per_second =
        500;  ///< closing rate if that is faster than spread_ms; 0: use spread_ms
    std::uint32_t reconnect_jitter_ms = 5'000;  ///< upper bound of the random reconnect delay
  } drain;
  struct store_settings {
    std::string path;  ///< folder; empty: rooms are in memory
    store_sync sync = store_sync::always;
  } store;
  /// The cluster, and the logs of durable rooms in it or in the store.
  struct cluster_settings {
    std::vector<std::string> nats;  ///< addresses of servers; empty: this node is alone
    std::string name = "roost";     ///< 1 to 32 letters, digits, _ and -
    std::uint32_t replicas = 1;     ///< of each stream
    std::string user;
    std::string password;
    std::string nkey;
    std::string nkey_seed_file;
    std::string credentials_file;
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    std::string monitor_url;
    bool require_sync = false;
    std::uint32_t heartbeat_ms = 250;
    std::uint32_t gone_ms = 1'000;                    ///< a node that is silent for so long is gone
    std::uint64_t unsent_bytes_max = 16'777'216;      ///< of requests to NATS
    std::uint64_t link_queue_bytes_max = 8'388'608;   ///< to one node
    std::uint64_t outgoing_bytes_max = 16'777'216;    ///< to all nodes
    std::uint64_t unverified_bytes_max = 16'777'216;  ///< of events that are held back
    std::uint32_t shards = 8;                         ///< fixed for the life of a store or cluster
    std::uint32_t log_age_ms = 3'600'000;             ///< of a record that no snapshot covers
    std::uint64_t log_bytes_max = 1'073'741'824;  ///< of a shard's records that no snapshot covers
    std::uint32_t truncate_delay_ms = 150'000;    ///< of the log in NATS behind a snapshot
    std::uint32_t commit_timeout_ms = 8'000;      ///< after it the outcome of a command is unknown
    std::uint64_t retention_ms = 604'800'000;     ///< time that an unused room is kept; 0: for ever
  } cluster;
  std::vector<room_rule> rooms{room_rule{}};
  struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::json;
  } log;
};

/// Bound of cluster.shards.
inline constexpr std::uint32_t shards_max = 256;

/// Whether any key for verifying tokens is configured.
inline bool has_token_key(const settings& all) {
  const auto& auth = all.auth;
  return !auth.hs256_secret.empty() || !auth.jwks_file.empty() || !auth.jwks_url.empty();
}

}  // namespace roost
