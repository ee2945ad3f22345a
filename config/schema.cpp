#include "config/schema.hpp"

#include <cctype>
#include <type_traits>
#include <utility>

#include "config/forms.hpp"

namespace roost {
namespace {

// The key path of a setting is the path of its field, so that the two cannot differ.
#define ROOST_FIELD(path) \
#path, [](auto& owner) -> auto& { return owner.path; }

template <class Owner, class Field>
setting<Owner> bind(declaration d, Field field) {
  using value = std::remove_cvref_t<decltype(field(std::declval<Owner&>()))>;
  return {std::move(d), [field](const Owner& owner) { return nlohmann::json(field(owner)); },
          [field](Owner& owner, const nlohmann::json& v) { field(owner) = v.get<value>(); }};
}

/// Makes the declarations of one struct; whatever follows the text refines it.
template <class Owner>
class table {
 public:
  template <class Field>
  table& flag(const char* key, Field field, const char* text, const char* special_default = "") {
    declaration d{.key = key, .text = text, .type = value_type::boolean};
    d.special_default = special_default;
    return put(std::move(d), field);
  }
  template <class Field>
  table& number(const char* key, Field field, const char* text, const char* unit, bounds within) {
    declaration d{.key = key, .text = text, .type = value_type::integer, .unit = unit};
    d.within = within;
    return put(std::move(d), field);
  }
  template <class Field>
  table& text(const char* key, Field field, const char* meaning, bounds bytes,
              declaration::form_check form) {
    declaration d{.key = key, .text = meaning, .type = value_type::text};
    d.within = bytes;
    d.form = form;
    return put(std::move(d), field);
  }
  template <class Field>
  table& choice(const char* key, Field field, const char* text, std::vector<std::string> choices,
                const char* refusal = "") {
    declaration d{.key = key, .text = text, .type = value_type::choice};
    d.choices = std::move(choices);
    d.refusal = refusal;
    return put(std::move(d), field);
  }
  template <class Field>
  table& list(const char* key, Field field, const char* text, value_type type,
              declaration::form_check form) {
    declaration d{.key = key, .text = text, .type = type};
    d.within = {0, 1'000};
    d.form = form;
    return put(std::move(d), field);
  }
  std::vector<setting<Owner>> take() { return std::move(all_); }

 private:
  template <class Field>
  table& put(declaration d, Field field) {
    all_.push_back(bind<Owner>(std::move(d), field));
    return *this;
  }
  std::vector<setting<Owner>> all_;
};

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;
constexpr std::int64_t gib = 1024 * mib;
constexpr bounds waits_ms{10, day_ms};
constexpr bounds ports{0, 65'535};
constexpr bounds host_bytes{1, 255};

void declare_places(table<settings>& t) {
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

void declare_limits(table<settings>& t) {
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
      .number(ROOST_FIELD(limits.flush_sends_max), "Sends in a turn of a loop.", "", {1, 65'536})
      .number(ROOST_FIELD(limits.flush_us_max), "Time that a turn of a loop spends on sending.",
              "us", {1, 1'000'000});
}

void declare_rest(table<settings>& t) {
  t.number(ROOST_FIELD(drain.timeout_ms), "A drain that takes longer is cut off: exit code 4.",
           "ms", {0, day_ms})
      .choice(ROOST_FIELD(log.level), "Least level that is written.",
              {"debug", "info", "warning", "error"})
      .choice(ROOST_FIELD(log.format), "How a line is written.", {"json", "text"});
}

std::vector<setting<socket_settings>> declare_socket() {
  table<socket_settings> t;
  t.text(ROOST_FIELD(path), "Where clients connect: {path}/websocket.", {2, 255}, forms::mount_path)
      .list(ROOST_FIELD(origins),
            "Pages that may connect: any, same (the page's host is ours), or a list of //host, "
            "//*.host, https://host:1234. No Origin header is always allowed.",
            value_type::origins, forms::origin_entry)
      .list(ROOST_FIELD(subprotocols), "WebSocket subprotocols that are accepted.",
            value_type::texts, forms::subprotocol);
  return t.take();
}

std::vector<setting<room_rule>> declare_room() {
  table<room_rule> t;
  t.text(ROOST_FIELD(match), "Topics that the rule is for; a * at the end stands for any rest.",
         {1, 255}, forms::topic_pattern)
      .choice(ROOST_FIELD(kind), "What the room does.", {"relay"},
              "only \"relay\" is supported yet")
      .choice(
          ROOST_FIELD(durability),
          "What survives a crash: every event, snapshots of the state, or nothing. Without NATS "
          "every room is memory.",
          {"event", "snapshot", "memory"})
      .flag(ROOST_FIELD(echo), "The sender of a broadcast gets it too.")
      .number(ROOST_FIELD(members_max), "Members of a room; 0: no limit.", "", {0, 10'000'000})
      .choice(ROOST_FIELD(presence.mode), "Who is here.", {"off"},
              "presence is not supported yet: only \"off\"");
  return t.take();
}

declaration list_of_objects(const char* key, const char* text, bounds count) {
  declaration d{.key = key, .text = text, .type = value_type::objects};
  d.within = count;
  return d;
}

schema make_schema() {
  table<settings> t;
  declare_places(t);
  declare_limits(t);
  declare_rest(t);
  return {t.take(),
          {list_of_objects("sockets", "Mounts: where clients connect.", {1, 64}),
           &settings::sockets, declare_socket()},
          {list_of_objects("rooms", "Rules for topics; the first match wins.", {1, 1'000}),
           &settings::rooms, declare_room()}};
}

template <class Element>
void list_elements(const setting_list<Element>& list, std::vector<listed_setting>& out) {
  nlohmann::json fallback = nlohmann::json::array();
  fallback.push_back(nlohmann::json::object());
  out.push_back({list.what, fallback});
  out.back().what.special_default = "one, with the defaults below";
  for (const auto& one : list.elements) {
    out.push_back({one.what, one.read(Element{})});
    out.back().what.key = list.what.key + "[]." + one.what.key;
  }
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
