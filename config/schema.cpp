#include "config/schema.hpp"

#include <cctype>
#include <utility>

#include "config/forms.hpp"
#include "config/schema_rooms.hpp"
#include "config/setting_table.hpp"

namespace roost {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t kib = 1024;
constexpr std::int64_t gib = 1024 * 1024 * kib;
constexpr bounds waits_ms{10, day_ms};
constexpr bounds ports{0, 65'535};
constexpr bounds host_bytes{1, 255};

void declare_places(setting_table<settings>& t) {
  t.text(ROOST_FIELD(node.name), "Name of this node, for people.", {1, 64}, forms::node_name)
      .number(ROOST_FIELD(node.loops), "Threads that serve; 0: one per core.", "", {0, 256})
      .number(ROOST_FIELD(node.connections_max),
              "Connections at once; over it 503. 0: what the open-files limit allows.", "",
              {0, 16'777'216})
      .text(ROOST_FIELD(listen.host), "Address of the public port.", host_bytes, forms::host)
      .number(ROOST_FIELD(listen.port), "Public port; 0: a free one.", "", ports)
      .flag(ROOST_FIELD(listen.demo), "Serve the demo page at /.",
            "true without a configuration file, else false")
      .text(ROOST_FIELD(admin.host), "Address of the admin port.", host_bytes, forms::host)
      .number(ROOST_FIELD(admin.port), "Admin port; 0: a free one.", "", ports);
}

void declare_limits(setting_table<settings>& t) {
  t.number(ROOST_FIELD(limits.idle_ms), "A connection from which nothing came for so long ends.",
           "ms", waits_ms)
      .number(ROOST_FIELD(limits.handshake_ms), "Time for a request to arrive whole.", "ms",
              waits_ms)
      .number(ROOST_FIELD(limits.close_ms), "Wait for the client's answer to a close frame.", "ms",
              waits_ms)
      .number(ROOST_FIELD(limits.frame_bytes_max), "Largest frame or message of a client.", "bytes",
              {128, gib})
      .number(ROOST_FIELD(limits.payload_bytes_max), "Largest payload of a message.", "bytes",
              {64, gib})
      .number(ROOST_FIELD(limits.outbox_bytes_max),
              "Bytes that may wait for a client; over it the connection ends with 1013.", "bytes",
              {16 * kib, gib})
      .number(ROOST_FIELD(limits.inbound_messages_max),
              "Messages of a connection that may wait for their answer; then reading pauses.", "",
              {1, 65'536})
      .number(ROOST_FIELD(limits.inbound_bytes_max), "Bytes of such messages; then reading pauses.",
              "bytes", {1 * kib, gib})
      .number(ROOST_FIELD(limits.channels_max), "Topics that a connection may join.", "",
              {1, 65'536})
      .number(ROOST_FIELD(limits.malformed_max),
              "Malformed messages that are dropped; one more ends the connection with 1002.", "",
              {0, 1'000'000})
      .number(ROOST_FIELD(limits.room_crashes_per_minute_max),
              "A room that failed so often within a minute refuses joins until the minute has "
              "passed; 0: no limit.",
              "", {0, 1'000})
      .number(ROOST_FIELD(limits.flush_sends_max), "Sends in a turn of a loop.", "", {1, 65'536})
      .number(ROOST_FIELD(limits.flush_us_max), "Time that a turn of a loop spends on sending.",
              "us", {1, 1'000'000});
}

void declare_rest(setting_table<settings>& t) {
  t.number(ROOST_FIELD(drain.timeout_ms), "A drain that takes longer is cut off: exit code 4.",
           "ms", {0, day_ms})
      .choice(ROOST_FIELD(log.level), "Least level that is written.",
              {"debug", "info", "warning", "error"})
      .choice(ROOST_FIELD(log.format), "How a line is written.", {"json", "text"});
}

std::vector<setting<socket_settings>> declare_socket() {
  setting_table<socket_settings> t;
  t.text(ROOST_FIELD(path), "Where clients connect: {path}/websocket.", {2, 255}, forms::mount_path)
      .list(ROOST_FIELD(origins),
            "Pages that may connect: any, same (the page's host is ours), or a list of //host, "
            "//*.host, https://host:1234. No Origin header is always allowed.",
            value_type::origins, forms::origin_entry)
      .list(ROOST_FIELD(subprotocols), "WebSocket subprotocols that are accepted.",
            value_type::texts, forms::subprotocol);
  return t.take();
}

declaration list_of_objects(const char* key, const char* text, bounds count,
                            const char* special_default) {
  declaration d{.key = key, .text = text, .type = value_type::objects};
  d.within = count;
  d.special_default = special_default;
  return d;
}

schema make_schema() {
  setting_table<settings> t;
  declare_places(t);
  declare_limits(t);
  declare_rest(t);
  return {t.take(),
          {list_of_objects("sockets", "Mounts: where clients connect.", {1, 64},
                           "one, with the defaults below"),
           &settings::sockets, declare_socket()},
          {list_of_objects("rooms", "Rules for topics; the first match wins.", {1, 1'000},
                           "one, with the defaults below; without a configuration file one for "
                           "demo:* comes first, with ephemeral typing and cursor, "
                           "conflate_field and idempotency_field id"),
           &settings::rooms, declare_room()},
          declare_events()};
}

template <class Element>
void list_each(const std::vector<setting<Element>>& known, const std::string& prefix,
               std::vector<listed_setting>& out) {
  for (const auto& one : known) {
    out.push_back({one.what, one.read(Element{})});
    out.back().what.key = prefix + one.what.key;
  }
}

template <class Element>
void list_elements(const setting_list<Element>& list, std::vector<listed_setting>& out) {
  nlohmann::json fallback = nlohmann::json::array();
  fallback.push_back(nlohmann::json::object());
  out.push_back({list.what, fallback});
  list_each(list.elements, list.what.key + "[].", out);
}

}  // namespace

const schema& the_schema() {
  static const schema one = make_schema();
  return one;
}

std::vector<listed_setting> listed_settings() {
  std::vector<listed_setting> out;
  for (const auto& one : the_schema().node) out.push_back({one.what, one.read(settings{})});
  list_elements(the_schema().sockets, out);
  list_elements(the_schema().rooms, out);
  const auto& events = the_schema().events;
  out.push_back({events.what, nlohmann::json::object()});
  out.back().what.key = the_schema().rooms.what.key + "[]." + events.what.key;
  list_each(events.elements, out.back().what.key + ".NAME.", out);
  return out;
}

std::string variable_name(const std::string& key) {
  std::string out = "ROOST_";
  for (char c : key) {
    if (c == '.') {
      out += "__";
    } else {
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

void to_json(nlohmann::json& out, const origin_rule& rule) {
  using mode = origin_rule::mode;
  if (rule.how == mode::list) {
    out = rule.entries;
  } else {
    out = rule.how == mode::any ? "any" : "same";
  }
}

void from_json(const nlohmann::json& in, origin_rule& rule) {
  using mode = origin_rule::mode;
  rule = {};
  if (in.is_array()) {
    rule.how = mode::list;
    rule.entries = in.get<std::vector<std::string>>();
  } else {
    rule.how = in == "any" ? mode::any : mode::same;
  }
}

}  // namespace roost
