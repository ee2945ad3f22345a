// SPDX-License-Identifier: Apache-2.0
// The rows of the catalogue. Clients rely on numbers, reasons and close codes: add rows, never
// change them (tests/config/base/error_test.cpp has the golden list).
#include "config/base/error.hpp"

#include <algorithm>
#include <array>

namespace roost {
namespace {

constexpr bool comes_back = true;
constexpr bool stays_away = false;

#define ROOST_ERROR(code, ...) \
  error_row { errc::code, #code, __VA_ARGS__ }

// code, reason, HTTP status, close code, whether the client should reconnect, meaning
constexpr std::array rows{
    ROOST_ERROR(none, "", 0, 0, stays_away, "Nothing went wrong."),

    ROOST_ERROR(unmatched_topic, "unmatched topic", 404, 0, stays_away,
                "No room rule matches the topic, or the client has not joined it."),
    ROOST_ERROR(unauthorized, "unauthorized", 403, 0, stays_away,
                "The room's rules do not allow this."),
    ROOST_ERROR(token_expired, "token expired", 401, 0, stays_away,
                "The token's signature is valid, but it has expired."),
    ROOST_ERROR(rate_limited, "rate limited", 429, 0, comes_back,
                "A rate limit is exceeded; retry later."),
    ROOST_ERROR(too_many_channels, "too many channels joined", 400, 0, stays_away,
                "The connection already has limits.channels_max channels."),
    ROOST_ERROR(room_full, "room full", 503, 0, comes_back,
                "The room already has members_max members."),
    ROOST_ERROR(join_crashed, "join crashed", 503, 0, comes_back,
                "The room crashed while it handled the join."),
    ROOST_ERROR(payload_too_large, "payload too large", 413, 0, stays_away,
                "The payload exceeds limits.payload_bytes_max or the limit of its event."),
    ROOST_ERROR(invalid_payload, "invalid payload", 400, 0, stays_away,
                "The payload or a name is invalid: not an object, not valid text, duplicate keys, "
                "or not what the event's schema allows."),
    ROOST_ERROR(name_too_long, "name too long", 400, 0, stays_away,
                "A topic, event name or ref is longer than 255 bytes."),
    ROOST_ERROR(reserved_event, "reserved event", 400, 0, stays_away,
                "The event name is reserved for the protocol; clients cannot push it."),
    ROOST_ERROR(unavailable, "unavailable", 503, 0, comes_back,
                "Not done: the room is unreachable, or it has crashed too often."),
    ROOST_ERROR(
        unknown_outcome, "unknown outcome", 503, 0, comes_back,
        "The request may or may not have been done. Retrying is safe with an idempotency field."),
    ROOST_ERROR(draining, "draining", 503, 0, comes_back,
                "The node is about to stop and accepts no new work."),
    ROOST_ERROR(channel_crash, "channel_crash", 0, 0, comes_back,
                "The room crashed; clients join again."),

    ROOST_ERROR(malformed_message, "malformed message", 400, 1002, stays_away,
                "The message could not be decoded; more than limits.malformed_max such messages "
                "close the connection."),
    ROOST_ERROR(protocol_error, "protocol error", 0, 1002, stays_away,
                "A frame violates the WebSocket protocol."),
    ROOST_ERROR(bad_utf8, "bad UTF-8", 0, 1007, stays_away, "A text message is not valid UTF-8."),
    ROOST_ERROR(frame_too_big, "frame too big", 413, 1009, stays_away,
                "A frame or message exceeds limits.frame_bytes_max."),
    ROOST_ERROR(policy, "policy", 0, 1008, stays_away, "The client violated a rule of the node."),
    ROOST_ERROR(internal, "internal error", 500, 1011, comes_back, "Internal server error."),
    ROOST_ERROR(drain, "drain", 0, 1012, comes_back,
                "The node is stopping; reconnect and resume at another node."),
    ROOST_ERROR(slow_consumer, "slow consumer", 0, 1013, comes_back,
                "The client read too slowly, and limits.outbox_bytes_max was reached."),
    ROOST_ERROR(idle, "idle", 0, 1001, comes_back, "The client sent nothing for limits.idle_ms."),
    ROOST_ERROR(client_closed, "closed by the client", 0, 1000, stays_away,
                "The client closed the connection."),
    ROOST_ERROR(
        abnormal, "abnormal", 0, 1006, comes_back,
        "The connection ended without a close frame. This code is only counted, never sent."),
    ROOST_ERROR(no_token, "no token in time", 0, 1008, stays_away,
                "The mount requires a token, and none arrived within auth.first_message_ms."),
    ROOST_ERROR(token_ended, "expired", 0, 1008, stays_away,
                "The token expired and no new token arrived within auth.grace_ms; reconnect with a "
                "new one."),
    ROOST_ERROR(revoked, "revoked", 403, 1008, stays_away, "The user or the token was revoked."),
    ROOST_ERROR(abuse, "persistent abuse", 0, 1008, stays_away,
                "More than limits.refusals_per_minute_max requests were refused within a minute."),
    ROOST_ERROR(evicted, "evicted", 0, 1008, stays_away,
                "A newer connection of the user replaced this one: limits.connections_per_user."),
    ROOST_ERROR(too_many_connections, "too many connections", 429, 1008, stays_away,
                "The user already has limits.connections_per_user.max connections."),
    ROOST_ERROR(disconnected, "disconnected", 0, 1001, stays_away,
                "The server API closed the user's connections."),
    ROOST_ERROR(
        overloaded, "overloaded", 0, 1013, comes_back,
        "Unfinished messages reached limits.partial_bytes_max, and this one was the oldest."),

    ROOST_ERROR(bad_request, "bad request", 400, 0, stays_away, "The request is not valid."),
    ROOST_ERROR(origin_refused, "origin refused", 403, 0, stays_away,
                "The mount's `origins` do not allow this page."),
    ROOST_ERROR(version_refused, "version refused", 403, 0, stays_away,
                "The protocol version in `vsn` is not supported."),
    ROOST_ERROR(subprotocol_refused, "subprotocol refused", 403, 0, stays_away,
                "None of the offered subprotocols is configured."),
    ROOST_ERROR(bad_token, "bad token", 403, 0, stays_away, "The token is not valid."),
    ROOST_ERROR(not_found, "not found", 404, 0, stays_away, "Nothing exists at this path."),
    ROOST_ERROR(method_refused, "method refused", 405, 0, stays_away,
                "The path exists, but does not allow this method."),
    ROOST_ERROR(handshake_timeout, "handshake timeout", 408, 0, comes_back,
                "The request did not arrive completely within limits.handshake_ms."),
    ROOST_ERROR(header_too_big, "header too big", 431, 0, stays_away,
                "The request's header is too large."),
    ROOST_ERROR(node_full, "node full", 503, 0, comes_back,
                "The node has node.connections_max connections, or too few open files for another "
                "one; see Retry-After."),
    ROOST_ERROR(unauthenticated, "unauthenticated", 401, 0, stays_away,
                "No key or token was given, or the API key is wrong."),
    ROOST_ERROR(forbidden, "forbidden", 403, 0, stays_away,
                "Without a configured key, the API answers only requests from this machine, and "
                "none from pages of other sites."),
    ROOST_ERROR(too_many_connects, "too many connects", 429, 0, comes_back,
                "The address opens connections faster than rates.address.connects allows; see "
                "Retry-After."),
    ROOST_ERROR(proxy_header_refused, "PROXY header refused", 400, 0, stays_away,
                "The connection does not start with the PROXY header that listen.proxy_protocol "
                "requires, or the header is invalid."),

    ROOST_ERROR(bad_setting, "bad setting", 0, 0, stays_away,
                "A setting is unknown or out of bounds; exit code 1."),
    ROOST_ERROR(cannot_bind, "cannot bind", 0, 0, stays_away,
                "An address or port cannot be bound; exit code 3."),
};
#undef ROOST_ERROR

constexpr bool ordered = [] {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i - 1].code >= rows[i].code) return false;
  }
  return true;
}();
static_assert(ordered, "row_of() searches by number");

}  // namespace

std::span<const error_row> error_catalogue() { return rows; }

const error_row& row_of(errc code) {
  auto found = std::ranges::lower_bound(rows, code, {}, &error_row::code);
  if (found != rows.end() && found->code == code) return *found;
  return row_of(errc::internal);  // only for an integer cast to errc
}

}  // namespace roost
