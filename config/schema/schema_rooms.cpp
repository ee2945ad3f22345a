// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_rooms.hpp"

#include "config/schema/schema_access.hpp"
#include "config/schema/setting_table.hpp"
#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

constexpr std::int64_t month_ms = 30 * std::int64_t{86'400'000};
constexpr std::int64_t mib = 1024 * 1024;
constexpr std::int64_t gib = 1024 * mib;
constexpr bounds windows_ms{0, 60'000};
constexpr bounds key_bytes{0, 255};

using rule_table = setting_table<room_rule>;

void declare_basics(rule_table& t) {
  t.reloadable()
      .text(ROOST_FIELD(match),
            "Topics that the rule applies to; a * at the end matches any suffix.", {1, 255},
            value_formats::topic_pattern)
      .fixed()
      .choice(ROOST_FIELD(kind), "Behaviour of the room for a push.",
              "only \"relay\" is supported yet")
      .choice(
          ROOST_FIELD(durability),
          "Data that survives the process: every answered push (`event`), the state as it was "
          "`snapshot_ms` before (`snapshot`), or nothing. Without `store.path` or `cluster.nats` "
          "every room is in memory.")
      .reloadable()
      .number(ROOST_FIELD(snapshot_ms),
              "Time from a change of a room of durability `snapshot` until its state is stored.",
              "ms", {10, 3'600'000})
      .flag(ROOST_FIELD(echo), "Whether a sender receives its own broadcasts.")
      .number(ROOST_FIELD(members_max), "Maximum number of members of a room. 0: no limit.", "",
              {0, 10'000'000});
}

void declare_history(rule_table& t) {
  t.number(ROOST_FIELD(history.events_max),
           "Maximum number of events that a room keeps for resumes; the tightest of the three "
           "history limits applies. 0: none.",
           "", {0, 1'000'000})
      .number(ROOST_FIELD(history.age_ms_max), "Maximum age of a kept event.", "ms", {0, month_ms})
      .number(ROOST_FIELD(history.bytes_max), "Maximum memory of the kept events.", "bytes",
              {0, gib});
}

void declare_presence(rule_table& t) {
  t.choice(ROOST_FIELD(presence.mode),
           "Presence data that members receive: the list of members (`full`), their number "
           "(`count`), or "
           "nothing (`off`). An existing room keeps its mode after a reload.")
      .number(ROOST_FIELD(presence.full_max),
              "Above this number of members, only counts are sent, until half of them are left.",
              "", {0, 100'000})
      .number(ROOST_FIELD(presence.window_ms),
              "Joins and leaves within this time are sent as one presence_diff.", "ms", windows_ms)
      .number(ROOST_FIELD(presence.meta_bytes_max), "Maximum size of a member's presence meta.",
              "bytes", {2, mib})
      .number(ROOST_FIELD(receipts.users_max),
              "Maximum number of users whose read receipts a room keeps; the receipt that moved "
              "longest ago is evicted first.",
              "", {0, 1'000'000})
      .number(ROOST_FIELD(receipts.window_ms), "Read receipts within this time are sent together.",
              "ms", windows_ms);
}

void declare_pushes(rule_table& t) {
  t.list(ROOST_FIELD(ephemeral),
         "Names of events that are never stored and have no offset; they are dropped first under "
         "pressure.",
         value_type::texts, value_formats::event_name)
      .text(ROOST_FIELD(conflate_field),
            "Top-level key of ephemeral payloads: a newer event with the same name and value "
            "replaces one that still waits. Empty: none.",
            key_bytes, value_formats::field_name)
      .text(ROOST_FIELD(idempotency_field),
            "Top-level key of payloads that makes pushes idempotent: a push that repeats a user's "
            "value is answered again, but not published again. Empty: none.",
            key_bytes, value_formats::field_name)
      .number(ROOST_FIELD(idempotency_bytes_max),
              "Maximum memory of the idempotency values of a room; the oldest are evicted.",
              "bytes", {0, gib})
      .number(ROOST_FIELD(batch_ms),
              "Time that events are held back, to be sent as one batch. 0: not at all.", "ms",
              {0, 1'000});
}

}  // namespace

std::vector<setting<room_rule>> declare_room() {
  rule_table t;
  declare_basics(t);
  declare_history(t);
  declare_presence(t);
  declare_pushes(t);
  declare_allow(t);
  return t.take();
}

setting_map<room_rule, room_rule::event_rule> declare_events() {
  setting_declaration declaration{.key = "events",
                                  .text = "Rules for the payloads of events, by event name.",
                                  .type = value_type::named};
  declaration.within = {0, 1'000};
  declaration.is_reloadable = true;
  declaration.format = value_formats::event_name;
  setting_table<room_rule::event_rule> t;
  t.reloadable()
      .number(ROOST_FIELD(bytes_max),
              "Maximum size of the event's payload. 0: limits.payload_bytes_max.", "bytes",
              {0, gib})
      .text(ROOST_FIELD(schema_file),
            "File with a JSON schema (draft 7, see docs/rooms.md) for the payload, relative to the "
            "configuration file. Empty: none.",
            {0, 4'096}, value_formats::field_name);
  return {std::move(declaration), &room_rule::events, &room_rule::event_rule::name, t.take()};
}

}  // namespace roost
