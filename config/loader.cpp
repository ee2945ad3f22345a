#include "config/loader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "config/cross_checks.hpp"
#include "config/nearest.hpp"
#include "config/schema.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

/// Puts values of one source after the other into `out`.
class reader {
 public:
  explicit reader(loaded& out) : out_(out) {}

  /// Whose values come now; said in problems. Empty: the file, which needs no saying.
  void source(std::string name) { source_ = std::move(name); }

  void complain(const std::string& key, const std::string& text) {
    out_.problems.push_back({key, source_.empty() ? text : text + " (from " + source_ + ")"});
  }

  void whole(const json& tree) { object(tree, the_schema().node, "", "", out_.values); }

  /// A value given as text for a whole key; false where no setting has this key.
  bool from_text(const std::string& key, const std::string& text) {
    for (const auto& one : the_schema().node) {
      if (one.what.key != key) continue;
      value(one, value_from_text(one.what, text), key, out_.values);
      return true;
    }
    auto fits = [&](const auto& list) {
      return list.what.key == key && elements(list, value_from_text(list.what, text));
    };
    return fits(the_schema().sockets) || fits(the_schema().rooms);
  }

 private:
  template <class Owner>
  void value(const setting<Owner>& one, const json& v, const std::string& shown, Owner& into) {
    auto fault = find_fault(one.what, v);
    if (fault.empty()) {
      one.write(into, v);
    } else {
      complain(shown, fault);
    }
  }

  /// `path` is the key inside the owner, `prefix` what stands before it in problems.
  template <class Owner>
  void object(const json& tree, const std::vector<setting<Owner>>& known, const std::string& path,
              const std::string& prefix, Owner& into) {
    for (const auto& [name, v] : tree.items()) {
      auto key = path.empty() ? name : path + "." + name;
      if (name.find('.') != std::string::npos) {
        complain(prefix + key, "must be written as objects inside each other, without a dot");
        continue;
      }
      auto one = std::ranges::find(known, key, [](const auto& s) { return s.what.key; });
      if (one != known.end()) {
        value(*one, v, prefix + key, into);
      } else if (is_section(known, key)) {
        if (v.is_object()) {
          object(v, known, key, prefix, into);
        } else {
          complain(prefix + key, "is " + v.dump() + ", must be an object");
        }
      } else if (!list_at(key, prefix, v, into)) {
        complain(prefix + key,
                 "is not a setting; the nearest is " + prefix + nearest_name(key, names(known)));
      }
    }
  }

  template <class Owner>
  static bool is_section(const std::vector<setting<Owner>>& known, const std::string& key) {
    return std::ranges::any_of(known,
                               [&](const auto& s) { return s.what.key.starts_with(key + "."); });
  }

  /// Where `key` stands for what has elements: takes them. False: it does not.
  bool list_at(const std::string& key, const std::string&, const json& v, settings&) {
    auto fits = [&](const auto& list) { return list.what.key == key && elements(list, v); };
    return fits(the_schema().sockets) || fits(the_schema().rooms);
  }
  bool list_at(const std::string& key, const std::string& prefix, const json& v, room_rule& into) {
    const auto& events = the_schema().events;
    if (key != events.what.key) return false;
    named(events, v, prefix + key, into);
    return true;
  }
  template <class Element>
  bool list_at(const std::string&, const std::string&, const json&, Element&) {
    return false;
  }

  template <class Owner, class Element>
  void named(const setting_map<Owner, Element>& map, const json& v, const std::string& shown,
             Owner& into) {
    auto fault = find_fault(map.what, v);
    if (!fault.empty()) return complain(shown, fault);
    for (const auto& [name, one] : v.items()) {
      auto& element = (into.*map.field).emplace_back();
      element.*map.name = name;
      if (one.is_object()) {
        object(one, map.elements, "", shown + "." + name + ".", element);
      } else {
        complain(shown + "." + name, "is " + one.dump() + ", must be an object");
      }
    }
  }

  template <class Element>
  bool elements(const setting_list<Element>& list, const json& v) {
    auto fault = find_fault(list.what, v);
    if (!fault.empty()) {
      complain(list.what.key, fault);
      return true;
    }
    auto problems_before = out_.problems.size();
    std::vector<Element> read;
    for (const auto& one : v) {
      auto at = list.what.key + "[" + std::to_string(read.size()) + "]";
      auto& element = read.emplace_back();
      if (one.is_object()) {
        object(one, list.elements, "", at + ".", element);
      } else {
        complain(at, "is " + one.dump() + ", must be an object");
      }
    }
    // A faulty list is not kept, so that the checks of the whole speak only of what was written.
    if (out_.problems.size() == problems_before) out_.values.*list.field = std::move(read);
    return true;
  }

  /// Keys and their sections, also the lists where they can stand.
  template <class Owner>
  static std::vector<std::string> names(const std::vector<setting<Owner>>& known) {
    std::vector<std::string> out;
    for (const auto& one : known) {
      auto section = one.what.key.substr(0, one.what.key.find('.'));
      if (std::ranges::find(out, section) == out.end()) out.push_back(section);
      if (section != one.what.key) out.push_back(one.what.key);
    }
    if constexpr (std::is_same_v<Owner, settings>) {
      out.push_back(the_schema().sockets.what.key);
      out.push_back(the_schema().rooms.what.key);
    }
    if constexpr (std::is_same_v<Owner, room_rule>) out.push_back(the_schema().events.what.key);
    return out;
  }

  loaded& out_;
  std::string source_;
};

/// Keys of the whole node, without those inside lists.
std::vector<std::string> whole_keys() {
  std::vector<std::string> out;
  for (const auto& one : the_schema().node) out.push_back(one.what.key);
  out.push_back(the_schema().sockets.what.key);
  out.push_back(the_schema().rooms.what.key);
  return out;
}

/// JSON with comments; a key that comes twice in an object is a problem.
std::optional<json> parse_file(const std::string& text, const std::string& file, reader& into) {
  std::vector<std::set<std::string>> open;
  auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key &&
        !open.back().insert(parsed.get<std::string>()).second) {
      into.complain(file, "has the key " + parsed.dump() + " twice in one object");
    }
    return true;
  };
  try {
    auto tree = json::parse(text, watch, true, true);
    if (tree.is_object()) return tree;
    into.complain(file, "must hold one JSON object");
  } catch (const json::parse_error& e) {
    std::string_view said = e.what();  // "[json.exception.parse_error.101] parse error at line ..."
    said.remove_prefix(std::min(said.find("] ") + 2, said.size()));
    into.complain(file, "is not JSON (comments are allowed): " + std::string{said});
  }
  return {};
}

void read_file(const std::string& file, reader& into) {
  std::error_code ignored;
  bool is_folder = std::filesystem::is_directory(file, ignored);
  std::ifstream in{file, std::ios::binary};
  if (is_folder || !in) {
    into.complain(file,
                  std::string{"cannot be read: "} + std::strerror(is_folder ? EISDIR : errno));
    return;
  }
  std::ostringstream text;
  text << in.rdbuf();
  if (auto tree = parse_file(text.str(), file, into)) into.whole(*tree);
}

/// ROOST_SOMETHING without "__" may belong to someone else, unless it names a setting.
void read_variable(const std::string& name, const std::string& text, reader& into) {
  if (!name.starts_with("ROOST_")) return;
  auto keys = whole_keys();
  auto key = std::ranges::find(keys, name, variable_name);
  if (key != keys.end()) {
    into.source(name);
    into.from_text(*key, text);
  } else if (name.find("__") != std::string::npos) {
    std::vector<std::string> variables;
    std::ranges::transform(keys, std::back_inserter(variables), variable_name);
    into.source("");
    into.complain(name, "names no setting; the nearest is " + nearest_name(name, variables));
  }
}

void read_set(const std::string& flag, reader& into) {
  auto equals = flag.find('=');
  auto key = flag.substr(0, equals);
  into.source("--set");
  if (equals == std::string::npos) {
    into.complain(flag, "must be key=value");
  } else if (!into.from_text(key, flag.substr(equals + 1))) {
    into.complain(key, "is not a setting; the nearest is " + nearest_name(key, whole_keys()));
  }
}

/// Where nobody has written a file: what the demo page needs, and the defaults for the rest.
std::vector<room_rule> rooms_without_file() {
  room_rule demo;
  demo.match = "demo:*";
  demo.ephemeral = {"typing", "cursor"};
  demo.conflate_field = demo.idempotency_field = "id";
  return {demo, room_rule{}};
}

/// Files are named relative to the configuration file.
void anchor_files(settings& all, const std::string& config_file) {
  const auto folder = std::filesystem::path{config_file}.parent_path();
  for (auto& rule : all.rooms) {
    for (auto& event : rule.events) {
      if (!event.schema_file.empty()) event.schema_file = (folder / event.schema_file).string();
    }
  }
}

}  // namespace

loaded load(const load_sources& from) {
  loaded out;
  if (from.file.empty()) {
    out.values.listen.demo = true;
    out.values.rooms = rooms_without_file();
  }
  reader into{out};
  if (!from.file.empty()) read_file(from.file, into);
  for (const auto& variable : from.environment) {
    auto equals = variable.find('=');
    if (equals != std::string::npos) {
      read_variable(variable.substr(0, equals), variable.substr(equals + 1), into);
    }
  }
  for (const auto& flag : from.sets) read_set(flag, into);
  anchor_files(out.values, from.file);
  check_together(out.values, out.problems, out.warnings);
  return out;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> out;
  for (char** one = environ; one && *one; ++one) out.emplace_back(*one);
  return out;
}

}  // namespace roost
