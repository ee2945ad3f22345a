// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema.hpp"

#include <array>
#include <cctype>
#include <utility>

#include "config/schema/schema_access.hpp"
#include "config/schema/schema_cluster.hpp"
#include "config/schema/schema_limits.hpp"
#include "config/schema/schema_rooms.hpp"
#include "config/schema/schema_store.hpp"
#include "config/schema/setting_table.hpp"
#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

constexpr bounds ports{0, 65'535};
constexpr bounds host_bytes{1, 255};

void declare_node_and_ports(setting_table<settings>& t) {
  t.text(ROOST_FIELD(node.name), "Human-readable name of this node.", {1, 64},
         value_formats::node_name)
      .number(ROOST_FIELD(node.loops), "Number of event-loop threads. 0: one per core.", "",
              {0, 256})
      .number(ROOST_FIELD(node.connections_max),
              "Maximum number of open connections; more are refused with 503. 0: as many as the "
              "open-files limit allows.",
              "", {0, 16'777'216})
      .text(ROOST_FIELD(listen.host), "Address of the public port.", host_bytes,
            value_formats::host)
      .number(ROOST_FIELD(listen.port), "Public port. 0: any free port.", "", ports)
      .reloadable()
      .list(ROOST_FIELD(listen.host_names),
            "Host names, without port, by which browsers reach this node. Pages from these hosts "
            "may connect where `origins` is `same`, and the admin pages answer to these names. "
            "Empty: localhost, loopback addresses and the addresses of this machine's interfaces.",
            value_type::texts, value_formats::host_name)
      .fixed()
      .flag(ROOST_FIELD(listen.demo), "Serve the demo page at /.",
            "true without a configuration file, otherwise false")
      .list(ROOST_FIELD(listen.trusted_proxies),
            "Networks of proxies whose X-Forwarded-For and PROXY headers are trusted.",
            value_type::texts, value_formats::network)
      .flag(ROOST_FIELD(listen.proxy_protocol),
            "Require a PROXY header (version 1 or 2) at the start of each connection to the public "
            "port.")
      .text(ROOST_FIELD(admin.host), "Address of the admin port.", host_bytes, value_formats::host)
      .number(ROOST_FIELD(admin.port), "Admin port. 0: any free port.", "", ports)
      .reloadable()
      .text(ROOST_FIELD(admin.api_key),
            "Key of the server API, at least 16 bytes. Empty: the API answers only requests from "
            "this machine.",
            {0, 4'096}, value_formats::bearer_token)
      .secret();
}

void declare_log(setting_table<settings>& t) {
  t.reloadable()
      .choice(ROOST_FIELD(log.level), "Lowest level that is logged.")
      .fixed()
      .choice(ROOST_FIELD(log.format), "Format of a log line.");
}

setting_declaration list_of_objects(const char* key, const char* text, bounds count,
                                    const char* special_default, bool is_reloadable) {
  setting_declaration d{.key = key, .text = text, .type = value_type::objects};
  d.is_reloadable = is_reloadable;
  d.within = count;
  d.special_default = special_default;
  return d;
}

schema make_schema() {
  setting_table<settings> t;
  declare_node_and_ports(t);
  declare_auth(t);
  declare_limits(t);
  declare_rates(t);
  declare_drain(t);
  declare_store(t);
  declare_cluster(t);
  declare_log(t);
  return {
      t.take(),
      {list_of_objects("sockets", "Mounts: the paths under which clients connect.", {1, 64},
                       "one mount with the defaults below", false),
       &settings::sockets, declare_socket()},
      {list_of_objects("rooms", "Rules for topics; the first rule that matches counts.", {1, 1'000},
                       "one rule `*` with ephemeral typing and cursor, and id as conflate_field "
                       "and idempotency_field",
                       true),
       &settings::rooms, declare_room()},
      declare_events()};
}

template <class Element>
void list_each(const std::vector<setting<Element>>& known, const std::string& prefix,
               std::vector<listed_setting>& out) {
  for (const auto& one : known) {
    out.push_back({one.declaration, one.read(Element{})});
    out.back().declaration.key = prefix + one.declaration.key;
  }
}

template <class Element>
void list_elements(const setting_list<Element>& list, std::vector<listed_setting>& out) {
  nlohmann::json default_value = nlohmann::json::array();
  default_value.push_back(nlohmann::json::object());
  out.push_back({list.declaration, default_value});
  list_each(list.elements, list.declaration.key + "[].", out);
}

}  // namespace

const schema& the_schema() {
  static const schema one = make_schema();
  return one;
}

std::vector<listed_setting> listed_settings() {
  std::vector<listed_setting> out;
  for (const auto& one : the_schema().node) out.push_back({one.declaration, one.read(settings{})});
  list_elements(the_schema().sockets, out);
  list_elements(the_schema().rooms, out);
  const auto& events = the_schema().events;
  out.push_back({events.declaration, nlohmann::json::object()});
  out.back().declaration.key = the_schema().rooms.declaration.key + "[]." + events.declaration.key;
  list_each(events.elements, out.back().declaration.key + ".NAME.", out);
  return out;
}

std::string_view unsupported_reason(std::string_view key) {
  struct row {
    std::string_view key;
    std::string_view reason;
  };
  constexpr std::array rows{
      row{"hooks", "there are no hooks"},
      row{"listen.tls", "use a proxy for TLS"},
      row{"limits.longpoll_window_ms", "there is no long-poll"},
      row{"rooms[].tick_ms", "rooms have no state"},
      row{"rooms[].state_bytes_max", "rooms have no state"},
  };
  for (const auto& one : rows) {
    const auto rest = key.substr(0, one.key.size()) == one.key ? key.substr(one.key.size()) : "?";
    if (rest.empty() || rest.front() == '.') return one.reason;
  }
  return {};
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

}  // namespace roost
