// SPDX-License-Identifier: Apache-2.0
#include "config/cli/bound_rows.hpp"

#include "config/cli/stored_bound_rows.hpp"

namespace roost {
namespace {

bound_group of_connections() {
  return {
      "Connections",
      {{"connections of a node", {"node.connections_max"}, "", "HTTP 503; `/ready` answers `full`"},
       {"sockets of the public port",
        {},
        "the limit of open files, less 100 and 2.5 for each loop",
        "HTTP 503 before the request is read, then the socket is closed"},
       {"connections of a user",
        {"limits.connections_per_user.max", "limits.connections_per_user.over"},
        "",
        "HTTP 429 or close 1008; with `evict_oldest` the user's oldest connection is closed"},
       {"connection attempts of an address",
        {"rates.address.connects"},
        "",
        "HTTP 429 before the request is read"},
       {"time without a frame from the client", {"limits.idle_ms"}, "", "close 1001"},
       {"time until a request has arrived",
        {"limits.handshake_ms"},
        "",
        "the connection is closed without an answer"},
       {"time of a close handshake",
        {"limits.close_ms"},
        "",
        "the socket is shut down; it is reset if the close frame was not sent"},
       {"time without a token, and after a token expired",
        {"auth.first_message_ms", "auth.grace_ms"},
        "",
        "close 1008"},
       {"refusals of a connection in a minute",
        {"limits.refusals_per_minute_max"},
        "",
        "close 1008"},
       {"malformed messages of a connection", {"limits.malformed_max"}, "", "close 1002"}}};
}

bound_group of_input() {
  return {"Input",
          {{"messages of a connection that have no answer yet",
            {"limits.inbound_messages_max", "limits.inbound_bytes_max"},
            "over all mailboxes on the way",
            "the session stops reading from the socket"},
           {"pushes of a connection that wait for an authorization",
            {"limits.inbound_messages_max", "limits.inbound_bytes_max"},
            "half of each; one push may always wait",
            "\"rate limited\""},
           {"bytes read while reading is paused",
            {},
            "64 KiB for each connection",
            "the rest stays in the kernel"},
           {"payload of a message",
            {"limits.payload_bytes_max", "rooms[].events.NAME.bytes_max"},
            "",
            "\"payload too large\""},
           {"an unfinished message",
            {"limits.frame_bytes_max"},
            "",
            "close 1009, as soon as the frame header has arrived"},
           {"unfinished messages of a loop",
            {"limits.partial_bytes_max"},
            "an equal part for each loop",
            "the connection with the oldest one is closed with 1013; a single one may finish"},
           {"bytes of a connection over time",
            {"rates.connection.bytes"},
            "a debt of at most 64 KiB and twice the burst",
            "the session stops reading until the bucket has refilled"},
           {"messages and joins over time",
            {"rates.connection.messages", "rates.connection.joins", "rates.user.messages",
             "rates.address.messages"},
            "",
            "\"rate limited\""},
           {"rate buckets of addresses and users",
            {},
            "65,536 in each of three tables",
            "the bucket that was used longest ago is evicted"},
           {"steps of a payload's schema check",
            {},
            "4,000,000, nested at most 2,048 deep; patterns take linear time",
            "\"invalid payload\""}}};
}

bound_group of_output() {
  return {"Output",
          {{"outbox: frames that wait for a connection, over all its channels",
            {"limits.outbox_bytes_max"},
            "an empty outbox takes any one frame",
            "ephemeral frames are dropped, then the connection is closed with 1013"},
           {"ephemeral frames in an outbox",
            {},
            "half of the outbox",
            "dropped; with `conflate_field` a newer frame replaces the older one"},
           {"changes of presence and receipts in an outbox",
            {},
            "three quarters of the outbox",
            "dropped; the member gets the whole state again when there is room"},
           {"pages of missed events, presence and receipts",
            {},
            "half of the outbox; two on their way, each a quarter of the outbox and at most 256 KB "
            "(events: 64 KB)",
            "the channel keeps its position, about 150 bytes, and the page is requested when there "
            "is room"},
           {"data that comes with the reply to a join",
            {},
            "16 KB of missed events, 16 KB of presence and receipts",
            "the rest comes in pages"},
           {"bytes of a connection that the kernel has not sent",
            {},
            "256 KiB",
            "the rest waits in the outbox"},
           {"work of one loop iteration",
            {"limits.flush_sends_max", "limits.flush_us_max"},
            "128 handlers or 2 ms, then one flush",
            "the rest waits for the next iteration"}}};
}

bound_group of_rooms() {
  return {
      "Rooms",
      {{"channels of a connection", {"limits.channels_max"}, "", "\"too many channels joined\""},
       {"members of a room", {"rooms[].members_max"}, "", "\"room full\""},
       {"rooms of a node",
        {"limits.rooms_max"},
        "",
        "the room that has been empty longest is evicted; if none is empty, the join is "
        "\"unavailable\""},
       {"commands that wait for a durable room to be loaded",
        {},
        "1,024 and 1 MiB for a room, 64 MiB for a node; 5 s",
        "\"unavailable\""},
       {"events of a durable room that wait for the store",
        {},
        "4,096 events or 4 MiB",
        "pushes and joins are \"unavailable\", before they are applied"},
       {"time that a room without members is kept",
        {"rooms[].history.age_ms_max"},
        "at least 60 s; at once if nothing was published",
        "the room expires"},
       {"crashes of a room in a minute",
        {"limits.room_crashes_per_minute_max"},
        "",
        "joins are \"unavailable\" until the minute has passed"},
       {"history of a room",
        {"rooms[].history.events_max", "rooms[].history.age_ms_max", "rooms[].history.bytes_max"},
        "",
        "the oldest events are evicted; a resume from before them is not recovered"},
       {"epochs that a room knows",
        {},
        "256, and only those of positions that a resume can continue from",
        "a resume from an older one is not recovered"},
       {"histories of all rooms, and recent events of all edges",
        {"limits.history_bytes_max"},
        "at most twice the bound",
        "recent events of edges are dropped, then empty rooms are evicted, then a room above "
        "an equal share loses twice what it gains"},
       {"presence, idempotency values, receipts and kept answers of all rooms",
        {"limits.rooms_bytes_max"},
        "at most twice the bound",
        "empty rooms are evicted; then a join or meta above an equal share is \"unavailable\", and "
        "a room above it evicts its oldest idempotency values, then its oldest receipts"},
       {"members in the presence of a room",
        {"rooms[].presence.full_max"},
        "",
        "only counts are sent"},
       {"meta of a member", {"rooms[].presence.meta_bytes_max"}, "", "\"payload too large\""},
       {"presence frames to all members",
        {},
        "64 KB for a diff, 256 KB for a state",
        "further `presence_diff` frames; each member gets the state in pages"},
       {"receipts and idempotency values of a room",
        {"rooms[].receipts.users_max", "rooms[].idempotency_bytes_max"},
        "",
        "the oldest are evicted"}}};
}

bound_group of_edges() {
  return {"Edges",
          {{"recent events of an edge, while members join or catch up",
            {},
            "64 events and 256 KB",
            "the edge requests missing events from the owner"},
           {"events that an edge received out of order",
            {},
            "1,024 events and 1 MB",
            "the edge requests missing events from the owner"},
           {"pending commands of an edge",
            {},
            "the credit of its members' connections; 1,024 answered `unknown outcome`",
            "the sessions stop reading from their sockets; further ones are \"unavailable\""},
           {"answers kept for edges, on a bus that may lose messages",
            {},
            "the unconfirmed ones; 4,096 edges, and an edge that was silent for 600 s may go",
            "the oldest are evicted"}}};
}

bound_group of_tokens() {
  return {"Tokens",
          {{"a token", {}, "8 KiB, 8 attempts at its signature, 256 grants", "refused"},
           {"token attempts of a connection during the handshake",
            {},
            "one",
            "a refused upgrade closes the connection"},
           {"a key set",
            {},
            "256 KiB, 100 keys; fetched at most every 30 s for unknown keys",
            "the last valid key set stays in use"},
           {"name lookups of a key set's URL",
            {},
            "one for each fetch that timed out, until the system's resolver gives up",
            "the next fetch waits longer: 1 s to 60 s"},
           {"revocations",
            {},
            "100,000, each until it expires",
            "the one that expires first is evicted"}}};
}

bound_group of_http() {
  return {"HTTP and the server API",
          {{"header of a request", {}, "16 KiB", "HTTP 431"},
           {"body of a request to the public port", {}, "64 KiB", "HTTP 413"},
           {"body of a request to the admin port",
            {"limits.payload_bytes_max"},
            "64 KiB are added to it",
            "HTTP 413"},
           {"chunk extensions and trailers of a request", {}, "16 KiB", "HTTP 431"},
           {"PROXY header", {}, "107 bytes (version 1), 4,096 bytes (version 2)", "HTTP 400"},
           {"pipelined requests of a connection",
            {},
            "one for each handler",
            "the next one waits behind the requests of other clients"},
           {"API requests without an answer", {}, "1,024, each for 10 s", "HTTP 503"},
           {"edges that only the API uses",
            {},
            "256, for 5 s after their last use",
            "released at once"},
           {"items in an API response",
            {},
            "1,000 rooms, events or connections; 850 KB of events",
            "the rest is on the next page"},
           {"presence in an API response", {}, "850 KB in a cluster", "HTTP 413"},
           {"API calls without an answer at another node",
            {},
            "4 MB; a history or a presence counts as 850 KB",
            "the next one waits up to 5 s, then \"unavailable\""},
           {"queries of the API without an answer, of one topic",
            {"cluster.commit_timeout_ms"},
            "1,024 at a time",
            "\"unavailable\""}}};
}

bound_group of_log() {
  return {"Log",
          {{"lines that wait to be written",
            {},
            "2 MiB; each line counts its text and 512 bytes",
            "dropped, counted and reported"},
           {"lines of one event name", {}, "20 a second", "dropped, counted and reported"}}};
}

}  // namespace

std::span<const bound_group> bound_catalogue() {
  static const std::vector<bound_group> all{
      of_connections(), of_input(), of_output(),       of_rooms(),          of_edges(),
      of_tokens(),      of_http(),  bounds_of_store(), bounds_of_cluster(), of_log()};
  return all;
}

}  // namespace roost
