#include "config/schema_rooms.hpp"

#include "config/forms.hpp"
#include "config/schema_access.hpp"
#include "config/setting_table.hpp"

namespace roost {
namespace {

constexpr std::int64_t month_ms = 30 * std::int64_t{86'400'000};
constexpr std::int64_t mib = 1024 * 1024;
constexpr std::int64_t gib = 1024 * mib;
constexpr bounds windows_ms{0, 60'000};
constexpr bounds key_bytes{0, 255};

using room_table = setting_table<room_rule>;

void declare_basics(room_table& t) {
  t.reloadable()
      .text(ROOST_FIELD(match), "Topics that the rule is for; a * at the end stands for any rest.",
            {1, 255}, value_formats::topic_pattern)
      .fixed()
      .choice(ROOST_FIELD(kind), "What the room does.", {"relay"},
              "only \"relay\" is supported yet")
      .choice(
          ROOST_FIELD(durability),
          "What survives a crash: every event, snapshots of the state, or nothing. Without NATS "
          "every room is memory.")
      .reloadable()
      .flag(ROOST_FIELD(echo), "The sender of a broadcast gets it too.")
      .number(ROOST_FIELD(members_max), "Members of a room; 0: no limit.", "", {0, 10'000'000});
}

void declare_history(room_table& t) {
  t.number(ROOST_FIELD(history.events_max),
           "Events that a room keeps for those that resume; the tightest of the three counts. 0: "
           "none.",
           "", {0, 1'000'000})
      .number(ROOST_FIELD(history.age_ms_max), "How old an event that is kept may become.", "ms",
              {0, month_ms})
      .number(ROOST_FIELD(history.bytes_max), "Bytes of the events that are kept.", "bytes",
              {0, gib});
}

void declare_presence(room_table& t) {
  t.choice(ROOST_FIELD(presence.mode),
           "What members are told of each other: who is here, how many, or nothing. A room that is "
           "there "
           "keeps its mode when this is reloaded.")
      .number(ROOST_FIELD(presence.full_max),
              "Above so many members only counts are told, until half of them are left.", "",
              {0, 100'000})
      .number(ROOST_FIELD(presence.window_ms),
              "Joins and leaves of so long go out as one presence_diff.", "ms", windows_ms)
      .number(ROOST_FIELD(presence.meta_bytes_max), "Largest presence meta of a member.", "bytes",
              {2, mib})
      .number(ROOST_FIELD(receipts.users_max),
              "Users whose read receipts a room keeps; the one that moved longest ago goes first.",
              "", {0, 1'000'000})
      .number(ROOST_FIELD(receipts.window_ms), "Read receipts of so long go out together.", "ms",
              windows_ms);
}

void declare_pushes(room_table& t) {
  t.list(ROOST_FIELD(ephemeral),
         "Names of events that are never kept and have no offset; dropped first under pressure.",
         value_type::texts, value_formats::event_name)
      .text(ROOST_FIELD(conflate_field),
            "Top-level key of ephemeral payloads: a newer event with the same name and value "
            "replaces one that waits. Empty: none.",
            key_bytes, value_formats::field_name)
      .text(ROOST_FIELD(idempotency_field),
            "Top-level key of payloads: a push that repeats a user's value is answered again and "
            "not done again. Empty: none.",
            key_bytes, value_formats::field_name)
      .number(ROOST_FIELD(idempotency_bytes_max),
              "Bytes of such values that a room remembers; the oldest are forgotten.", "bytes",
              {0, gib})
      .number(ROOST_FIELD(batch_ms), "Events are held back for so long and written together.", "ms",
              {0, 1'000});
}

}  // namespace

std::vector<setting<room_rule>> declare_room() {
  room_table t;
  declare_basics(t);
  declare_history(t);
  declare_presence(t);
  declare_pushes(t);
  declare_allow(t);
  return t.take();
}

setting_map<room_rule, room_rule::event_rule> declare_events() {
  setting_declaration declaration{.key = "events",
                                  .text = "Rules for the payloads of events, by the event's name.",
                                  .type = value_type::named};
  declaration.within = {0, 1'000};
  declaration.is_reloadable = true;
  declaration.format = value_formats::event_name;
  setting_table<room_rule::event_rule> t;
  t.reloadable()
      .number(ROOST_FIELD(bytes_max), "Largest payload of the event; 0: limits.payload_bytes_max.",
              "bytes", {0, gib})
      .text(ROOST_FIELD(schema_file),
            "File with a JSON schema (draft 7, see docs/rooms.md) that payloads must satisfy, "
            "relative "
            "to the configuration file. Empty: none.",
            {0, 4'096}, value_formats::field_name);
  return {std::move(declaration), &room_rule::events, &room_rule::event_rule::name, t.take()};
}

}  // namespace roost
