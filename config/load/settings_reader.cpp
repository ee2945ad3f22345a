// SPDX-License-Identifier: Apache-2.0
#include "config/load/settings_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <type_traits>

#include "config/load/suggestion.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

bool is_empty_text(const json& v) {
  return v.is_string() && v.get_ref<const std::string&>().empty();
}

const setting<settings>* secret_of_file(const std::string& key) {
  const auto& all = the_schema().node;
  const auto found = std::ranges::find_if(all, [&](const auto& one) {
    return one.declaration.is_secret && file_key(one.declaration.key) == key;
  });
  return found == all.end() ? nullptr : &*found;
}

/// The names that a suggestion can use: keys, their sections, file keys, and lists.
template <class Owner>
std::vector<std::string> names(const std::vector<setting<Owner>>& known) {
  std::vector<std::string> out;
  for (const auto& one : known) {
    auto section = one.declaration.key.substr(0, one.declaration.key.find('.'));
    if (std::ranges::find(out, section) == out.end()) out.push_back(section);
    if (section != one.declaration.key) out.push_back(one.declaration.key);
    if (one.declaration.is_secret) out.push_back(file_key(one.declaration.key));
  }
  if constexpr (std::is_same_v<Owner, settings>) {
    out.push_back(the_schema().sockets.declaration.key);
    out.push_back(the_schema().rooms.declaration.key);
  }
  if constexpr (std::is_same_v<Owner, room_rule>)
    out.push_back(the_schema().events.declaration.key);
  return out;
}

template <class Owner>
bool is_section(const std::vector<setting<Owner>>& known, const std::string& key) {
  return std::ranges::any_of(
      known, [&](const auto& s) { return s.declaration.key.starts_with(key + "."); });
}

/// The problem text for a value where an object is expected. Hides the value if the section has a
/// secret, because the user may have put the secret here.
template <class Owner>
std::string not_object_text(const std::vector<setting<Owner>>& known, const std::string& key,
                            const json& v) {
  const bool may_be_secret = std::ranges::any_of(known, [&](const auto& one) {
    return one.declaration.is_secret && one.declaration.key.starts_with(key + ".");
  });
  return (may_be_secret ? std::string{"has a hidden value"} : "is " + v.dump()) +
         ", must be an object";
}

}  // namespace

void settings_reader::source(source_rank rank, std::string name) {
  rank_ = rank;
  source_ = std::move(name);
}

void settings_reader::add_fault(const std::string& key, const std::string& text) {
  out_.problems.push_back({key, source_.empty() ? text : text + " (from " + source_ + ")"});
}

void settings_reader::warn(const std::string& key, const std::string& text) {
  out_.warnings.push_back(key + ": " + text);
}

void settings_reader::whole(const json& tree) {
  object(tree, the_schema().node, "", "", out_.values);
}

bool settings_reader::from_text(const std::string& key, const std::string& text) {
  for (const auto& one : the_schema().node) {
    if (one.declaration.key != key) continue;
    value(one, value_from_text(one.declaration, text), key, out_.values);
    return true;
  }
  if (secret_file(key, json(text))) return true;
  auto takes = [&](const auto& list) {
    if (list.declaration.key != key) return false;
    elements(list, value_from_text(list.declaration, text));
    return true;
  };
  return takes(the_schema().sockets) || takes(the_schema().rooms);
}

bool settings_reader::is_valid(const setting_declaration& declaration, const json& v,
                               const std::string& shown) {
  const auto faults = find_faults(declaration, v, shown);
  for (const auto& one : faults) add_fault(one.key, one.text);
  return faults.empty();
}

template <class Owner>
void settings_reader::value(const setting<Owner>& one, const json& v, const std::string& shown,
                            Owner& into) {
  if (!is_valid(one.declaration, v, shown)) return;
  if (!one.declaration.is_secret && is_empty_text(v) && one.read(into) != v)
    warn_if_empty_variable(shown);
  one.write(into, v);
  if (one.declaration.is_secret) record_secret(one.declaration.key, v, false);
}

/// `path` is the key of `tree` inside the owner; `prefix` goes before it in problems.
template <class Owner>
void settings_reader::object(const json& tree, const std::vector<setting<Owner>>& known,
                             const std::string& path, const std::string& prefix, Owner& into) {
  for (const auto& [name, v] : tree.items()) {
    auto key = path.empty() ? name : path + "." + name;
    if (name.find('.') != std::string::npos) {
      add_fault(prefix + key, "must be written as nested objects, without a dot");
      continue;
    }
    auto one = std::ranges::find(known, key, [](const auto& s) { return s.declaration.key; });
    if (one != known.end()) {
      value(*one, v, prefix + key, into);
    } else if (is_section(known, key)) {
      if (v.is_object()) {
        object(v, known, key, prefix, into);
      } else {
        add_fault(prefix + key, not_object_text(known, key, v));
      }
    } else if (!special_at(key, prefix, v, into)) {
      unknown(key, prefix, known);
    }
  }
}

template <class Owner>
void settings_reader::unknown(const std::string& key, const std::string& prefix,
                              const std::vector<setting<Owner>>& known) {
  const auto why = unsupported_reason(std::is_same_v<Owner, room_rule> ? "rooms[]." + key : key);
  add_fault(prefix + key, why.empty() ? "is not a setting; did you mean " + prefix +
                                            suggest_name(key, names(known)) + "?"
                                      : "is not supported in this version: " + std::string{why});
}

bool settings_reader::special_at(const std::string& key, const std::string&, const json& v,
                                 settings&) {
  auto takes = [&](const auto& list) {
    if (list.declaration.key != key) return false;
    elements(list, v);
    return true;
  };
  return takes(the_schema().sockets) || takes(the_schema().rooms) || secret_file(key, v);
}

bool settings_reader::special_at(const std::string& key, const std::string& prefix, const json& v,
                                 room_rule& into) {
  const auto& events = the_schema().events;
  if (key != events.declaration.key) return false;
  named(events, v, prefix + key, into);
  return true;
}

template <class Owner, class Element>
void settings_reader::named(const setting_map<Owner, Element>& map, const json& v,
                            const std::string& shown, Owner& into) {
  if (!is_valid(map.declaration, v, shown) && !v.is_object()) return;
  for (const auto& [name, one] : v.items()) {
    auto& element = (into.*map.field).emplace_back();
    element.*map.name = name;
    if (one.is_object()) {
      object(one, map.elements, "", shown + "." + name + ".", element);
    } else {
      add_fault(shown + "." + name, "is " + one.dump() + ", must be an object");
    }
  }
}

template <class Element>
void settings_reader::elements(const setting_list<Element>& list, const json& v) {
  if (!is_valid(list.declaration, v, list.declaration.key)) return;
  std::vector<Element> read;
  for (const auto& one : v) {
    auto at = list.declaration.key + "[" + std::to_string(read.size()) + "]";
    auto& element = read.emplace_back();
    if (one.is_object()) {
      object(one, list.elements, "", at + ".", element);
    } else {
      add_fault(at, "is " + one.dump() + ", must be an object");
    }
  }
  // Store the list even if an element is faulty: the cross checks skip only the faulty parts.
  out_.values.*list.field = std::move(read);
}

bool settings_reader::secret_file(const std::string& key, const json& v) {
  const auto* secret = secret_of_file(key);
  if (!secret) return false;
  if (v.is_string()) {
    record_secret(secret->declaration.key, v, true);
  } else {
    add_fault(key, "has a hidden value, must be the path of a file");
  }
  return true;
}

/// Warns about an empty environment variable, because it is often empty by mistake.
void settings_reader::warn_if_empty_variable(const std::string& key) {
  if (rank_ != source_rank::environment) return;
  warn(key, source_ + " is empty, which removes the value of an earlier source");
}

void settings_reader::record_secret(const std::string& key, const json& v, bool is_file) {
  if (is_empty_text(v) && secrets_.removes_earlier(key, rank_, is_file))
    warn_if_empty_variable(key);
  if (secrets_.record(key, rank_, is_file, v.get<std::string>())) return;
  add_fault(file_key(key), "is set together with " + key + "; remove one of them");
}

void settings_reader::read_secret_files(const std::string& config_file) {
  source(source_rank::file);
  const auto folder = std::filesystem::path{config_file}.parent_path();
  for (const auto& [key, written] : secrets_.chosen()) {
    const auto path = (folder / written).string();
    const auto file_text = "is \"" + path + "\", which ";
    const auto read = read_secret(path);
    if (!read) {
      add_fault(file_key(key), file_text + read.failure().detail);
      continue;
    }
    const auto* secret = secret_of_file(file_key(key));
    const auto faults = find_faults(secret->declaration, json(read->text), file_key(key));
    if (faults.empty()) secret->write(out_.values, json(read->text));
    for (const auto& one : faults) add_fault(one.key, "names a file whose content " + one.text);
    if (read->is_open_to_all)
      warn(file_key(key), file_text + "every user of this machine can read");
  }
}

std::vector<std::string> whole_keys() {
  std::vector<std::string> out;
  for (const auto& one : the_schema().node) {
    out.push_back(one.declaration.key);
    if (one.declaration.is_secret) out.push_back(file_key(one.declaration.key));
  }
  out.push_back(the_schema().sockets.declaration.key);
  out.push_back(the_schema().rooms.declaration.key);
  return out;
}

}  // namespace roost
