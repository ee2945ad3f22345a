// SPDX-License-Identifier: Apache-2.0
// The rows of the catalogue. Clients rely on numbers, reasons and close codes: add rows, never
// change them (tests/config/base/error_test.cpp has the golden list).
#include "config/base/error.hpp"

#include <algorithm>
#include <array>

namespace roost {
namespace {

constexpr bool reconnects = true;
constexpr bool no_reconnect = false;

#define ROOST_ERROR(code, ...) \
  error_row { errc::code, #code, __VA_ARGS__ }

// code, reason, HTTP status, close code, whether the client should reconnect, meaning
constexpr std::array rows{
    ROOST_ERROR(none, "", 0, 0, no_reconnect, "Nothing went wrong."),

    ROOST_ERROR(unmatched_topic, "unmatched topic", 404, 0, no_reconnect,
                "No room rule matches the topic, or the client has not joined it."),
    ROOST_ERROR(unauthorized, "unauthorized", 403, 0, no_reconnect,
                "The room's rules do not allow this."),
    ROOST_ERROR(token_expired, "token expired", 401, 0, no_reconnect,
                "The token's signature is valid, but it has expired."),
    ROOST_ERROR(
        rate_limited, "rate limited", 429, 0, reconnects,
        "A rate limit is exceeded, or too many pushes wait for an authorization; retry later."),
    ROOST_ERROR(too_many_channels, "too many channels joined", 400, 0, no_reconnect,
                "The connection already has limits.channels_max channels."),
    ROOST_ERROR(room_full, "room full", 503, 0, reconnects,
                "The room already has members_max members."),
    ROOST_ERROR(join_crashed, "join crashed", 503, 0, reconnects,
                "The room crashed while it handled the join."),
    ROOST_ERROR(payload_too_large, "payload too large", 413, 0, no_reconnect,
                "The payload exceeds limits.payload_bytes_max or the limit of its event."),
    ROOST_ERROR(invalid_payload, "invalid payload", 400, 0, no_reconnect,
                "The payload or a name is invalid: not an object, not valid text, duplicate keys, "
                "or not what the event's schema allows."),
    ROOST_ERROR(name_too_long, "name too long", 400, 0, no_reconnect,
                "A topic, event name or ref is longer than 255 bytes."),
    ROOST_ERROR(reserved_event, "reserved event", 400, 0, no_reconnect,
                "The event name is reserved for the protocol; clients cannot push it."),
    ROOST_ERROR(unavailable, "unavailable", 503, 0, reconnects,
                "Not done: the room is unreachable, cannot be stored at present, or has crashed "
                "too often."),
    ROOST_ERROR(
        unknown_outcome, "unknown outcome", 503, 0, reconnects,
        "The request may or may not have been done. Retrying is safe with an idempotency field."),
    ROOST_ERROR(draining, "draining", 503, 0, reconnects,
                "The node is about to stop and accepts no new work."),
    ROOST_ERROR(channel_crash, "channel_crash", 0, 0, reconnects,
                "The room crashed; clients join again."),
    ROOST_ERROR(room_refused, "refused", 409, 0, no_reconnect,
                "The code of the room refused it; the reply has its own reason."),

    ROOST_ERROR(malformed_message, "malformed message", 400, 1002, no_reconnect,
                "The message could not be decoded; more than limits.malformed_max such messages "
                "close the connection."),
    ROOST_ERROR(protocol_error, "protocol error", 0, 1002, no_reconnect,
                "A frame violates the WebSocket protocol."),
    ROOST_ERROR(bad_utf8, "bad UTF-8", 0, 1007, no_reconnect, "A text message is not valid UTF-8."),
    ROOST_ERROR(frame_too_big, "frame too big", 413, 1009, no_reconnect,
                "A frame or message exceeds limits.frame_bytes_max."),
    ROOST_ERROR(policy, "policy", 0, 1008, no_reconnect, "The client violated a rule of the node."),
    ROOST_ERROR(internal, "internal error", 500, 1011, reconnects, "Internal server error."),
    ROOST_ERROR(drain, "drain", 0, 1012, reconnects,
                "The node is stopping; reconnect and resume at another node."),
    ROOST_ERROR(slow_consumer, "slow consumer", 0, 1013, reconnects,
                "The client read too slowly, and limits.outbox_bytes_max was reached."),
    ROOST_ERROR(idle, "idle", 0, 1001, reconnects, "The client sent nothing for limits.idle_ms."),
    ROOST_ERROR(client_closed, "closed by the client", 0, 1000, no_reconnect,
                "The client closed the connection."),
    ROOST_ERROR(
        abnormal, "abnormal", 0, 1006, reconnects,
        "The connection ended without a close frame. This code is only counted, never sent."),
    ROOST_ERROR(no_token, "no token in time", 0, 1008, no_reconnect,
                "The mount requires a token, and none arrived within auth.first_message_ms."),
    ROOST_ERROR(token_ended, "expired", 0, 1008, no_reconnect,
                "The token expired and no new token arrived within auth.grace_ms; reconnect with a "
                "new one."),
    ROOST_ERROR(revoked, "revoked", 403, 1008, no_reconnect, "The user or the token was revoked."),
    ROOST_ERROR(abuse, "persistent abuse", 0, 1008, no_reconnect,
                "More than limits.refusals_per_minute_max requests were refused within a minute."),
    ROOST_ERROR(evicted, "evicted", 0, 1008, no_reconnect,
                "A newer connection of the user replaced this one: limits.connections_per_user."),
    ROOST_ERROR(too_many_connections, "too many connections", 429, 1008, no_reconnect,
                "The user already has limits.connections_per_user.max connections."),
    ROOST_ERROR(disconnected, "disconnected", 0, 1001, no_reconnect,
                "The server API closed the user's connections."),
    ROOST_ERROR(
        overloaded, "overloaded", 0, 1013, reconnects,
        "Unfinished messages reached limits.partial_bytes_max, and this one was the oldest."),

    ROOST_ERROR(bad_request, "bad request", 400, 0, no_reconnect, "The request is not valid."),
    ROOST_ERROR(origin_refused, "origin refused", 403, 0, no_reconnect,
                "The mount's `origins` do not allow this page."),
    ROOST_ERROR(version_refused, "version refused", 403, 0, no_reconnect,
                "The protocol version in `vsn` is not supported."),
    ROOST_ERROR(subprotocol_refused, "subprotocol refused", 403, 0, no_reconnect,
                "None of the offered subprotocols is configured."),
    ROOST_ERROR(bad_token, "bad token", 403, 0, no_reconnect, "The token is not valid."),
    ROOST_ERROR(not_found, "not found", 404, 0, no_reconnect, "Nothing exists at this path."),
    ROOST_ERROR(method_refused, "method refused", 405, 0, no_reconnect,
                "The path exists, but does not allow this method."),
    ROOST_ERROR(
        handshake_timeout, "handshake timeout", 408, 0, reconnects,
        "The request did not arrive completely within limits.handshake_ms; the connection is "
        "closed without an answer."),
    ROOST_ERROR(header_too_big, "header too big", 431, 0, no_reconnect,
                "The request's header is too large."),
    ROOST_ERROR(node_full, "node full", 503, 0, reconnects,
                "The node has node.connections_max connections, or too few open files for another "
                "one; see Retry-After."),
    ROOST_ERROR(unauthenticated, "unauthenticated", 401, 0, no_reconnect,
                "No key or token was given, or the API key is wrong."),
    ROOST_ERROR(forbidden, "forbidden", 403, 0, no_reconnect,
                "Without a configured key, the API answers only requests from this machine, and "
                "none from pages of other sites."),
    ROOST_ERROR(too_many_connects, "too many connects", 429, 0, reconnects,
                "The address opens connections faster than rates.address.connects allows; see "
                "Retry-After."),
    ROOST_ERROR(proxy_header_refused, "PROXY header refused", 400, 0, no_reconnect,
                "The connection does not start with the PROXY header that listen.proxy_protocol "
                "requires, or the header is invalid."),

    ROOST_ERROR(bad_setting, "bad setting", 0, 0, no_reconnect,
                "A setting is unknown or out of bounds; exit code 1."),
    ROOST_ERROR(cannot_bind, "cannot bind", 0, 0, no_reconnect,
                "An address or port cannot be bound; exit code 3."),
    ROOST_ERROR(cannot_open_store, "cannot open store", 0, 0, no_reconnect,
                "The store's folder or file cannot be used: missing, not writable, damaged, or of "
                "a newer version; exit code 3."),
    ROOST_ERROR(store_locked, "store locked", 0, 0, no_reconnect,
                "Another process uses the store; exit code 3."),
    ROOST_ERROR(store_damaged, "store damaged", 0, 0, no_reconnect,
                "roost store has found damage in a store or an export; exit code 5."),
    ROOST_ERROR(cannot_use_nats, "cannot use NATS", 0, 0, no_reconnect,
                "NATS cannot be reached, is too old or has no JetStream, or what it stores is not "
                "of this cluster or its settings; exit code 3."),
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
