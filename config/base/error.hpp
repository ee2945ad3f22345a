// SPDX-License-Identifier: Apache-2.0
// The catalogue of all errors: number, reason text, HTTP status, WebSocket close code, reconnect.
// The rows are in error.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace roost {

/// Numbers are part of the protocol: add new ones, never change old ones. 1xx: error reply in a
/// channel; 2xx: closes a connection; 3xx: refuses an HTTP request; 4xx: fails the startup.
enum class errc : std::uint16_t {
  none = 0,
  unmatched_topic = 100,
  unauthorized = 101,
  token_expired = 102,
  rate_limited = 103,
  too_many_channels = 104,
  room_full = 105,
  join_crashed = 106,
  payload_too_large = 107,
  invalid_payload = 108,
  name_too_long = 109,
  reserved_event = 110,
  unavailable = 111,
  unknown_outcome = 112,
  draining = 113,
  channel_crash = 114,
  room_refused = 115,
  malformed_message = 200,
  protocol_error = 201,
  bad_utf8 = 202,
  frame_too_big = 203,
  policy = 204,
  internal = 205,
  drain = 206,
  slow_consumer = 207,
  idle = 208,
  client_closed = 209,
  abnormal = 210,
  no_token = 211,
  token_ended = 212,
  revoked = 213,
  abuse = 214,
  evicted = 215,
  too_many_connections = 216,
  disconnected = 217,
  overloaded = 218,
  bad_request = 300,
  origin_refused = 301,
  version_refused = 302,
  subprotocol_refused = 303,
  bad_token = 304,
  not_found = 305,
  method_refused = 306,
  handshake_timeout = 307,
  header_too_big = 308,
  node_full = 309,
  unauthenticated = 310,
  forbidden = 311,
  too_many_connects = 312,
  proxy_header_refused = 313,
  bad_setting = 400,
  cannot_bind = 401,
  cannot_open_store = 402,
  store_locked = 403,
  store_damaged = 404,
  cannot_use_nats = 405,
};

/// A row of the catalogue.
struct error_row {
  errc code;
  std::string_view name;      ///< name of the enumerator
  std::string_view reason;    ///< stable text on the wire
  std::uint16_t http_status;  ///< 0: never sent over HTTP
  std::uint16_t close_code;   ///< RFC 6455 section 7.4; 0: does not end a connection
  bool should_reconnect;      ///< whether the client should reconnect or retry
  std::string_view meaning;   ///< one sentence for the docs
};

/// All rows, sorted by number.
std::span<const error_row> error_catalogue();
/// The row of `code`; every errc has one.
const error_row& row_of(errc code);
inline std::string_view reason_of(errc code) { return row_of(code).reason; }

/// An error value: its code, and a detail for people (may be empty).
struct error {
  errc code = errc::none;
  std::string detail;
};

/// A value or an error. Check it with `if (r)`: `*r` throws std::bad_variant_access on an error,
/// and `r.failure()` throws it on a value.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  result(error e) : state_(std::in_place_index<1>, std::move(e)) {}      // NOLINT: implicit
  result(errc code) : result(error{code, {}}) {}                         // NOLINT: implicit
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const error& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, error> state_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(error e) : error_(std::move(e)) {}       // NOLINT: implicit
  result(errc code) : result(error{code, {}}) {}  // NOLINT: implicit
  explicit operator bool() const { return error_.code == errc::none; }
  const error& failure() const { return error_; }

 private:
  error error_;
};

}  // namespace roost
