// SPDX-License-Identifier: Apache-2.0
#include "config/load/variables.hpp"

#include <algorithm>
#include <cctype>

#include "config/load/suggestion.hpp"
#include "config/schema/schema.hpp"

namespace roost {
namespace {

using words = std::vector<std::string>;

constexpr std::string_view prefix = "ROOST_";

/// The key of a variable: "listen.port" for ROOST_LISTEN__PORT.
std::string key_of(std::string_view name) {
  auto key = in_lower_case(name.substr(prefix.size()));
  for (auto at = key.find("__"); at != std::string::npos; at = key.find("__"))
    key.replace(at, 2, ".");
  return key;
}

/// Splits at underscores and dots, in lower case.
words words_of(std::string_view text) {
  words out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of("_.", at), text.size());
    if (end > at) out.push_back(in_lower_case(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

bool is_number(const std::string& word) {
  return std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_protocol(std::string_view word) { return word == "tcp" || word == "udp" || word == "sctp"; }

/// Matches ..._SERVICE_HOST, ..._SERVICE_PORT_HTTP and ..._PORT_4000_TCP_ADDR.
bool has_words_of_a_service(const words& name) {
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == "service" && (name[i + 1] == "host" || name[i + 1] == "port")) return true;
    if (i + 2 < name.size() && name[i] == "port" && is_number(name[i + 1]) &&
        is_protocol(name[i + 2])) {
      return true;
    }
  }
  return false;
}

/// Kubernetes describes a service "roost" to all containers of its namespace by variables, as
/// Docker's links did: ROOST_SERVICE_HOST, ROOST_PORT=tcp://10.0.0.1:4000,
/// ROOST_PORT_4000_TCP_ADDR, ROOST_NAME=/a/b.
bool is_of_a_service(const words& name, std::string_view value) {
  if (name.empty() || has_words_of_a_service(name)) return true;
  if (name.back() == "name") return value.starts_with('/');
  const auto colon = value.find("://");
  return name.back() == "port" && colon != std::string_view::npos &&
         is_protocol(value.substr(0, colon));
}

bool ends_with(const words& whole, const words& end) {
  return end.size() <= whole.size() && std::equal(end.rbegin(), end.rend(), whole.rbegin());
}

/// Whether `some` is a subsequence of `whole` that includes the last word of `whole`.
bool are_words_of(const words& whole, const words& some) {
  if (some.empty() || some.back() != whole.back()) return false;
  auto at = whole.begin();
  for (const auto& word : some) {
    at = std::find(at, whole.end(), word);
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

bool is_nearly(const std::string& meant, const std::string& known) {
  constexpr std::size_t characters_a_mistake = 5;
  const auto mistakes_max = std::min<std::size_t>(2, known.size() / characters_a_mistake);
  return edit_distance(meant, known) <= mistakes_max;
}

bool is_secret(const std::string& key) {
  const auto& all = the_schema().node;
  return std::ranges::any_of(all, [&](const auto& one) {
    return one.declaration.is_secret && one.declaration.key == key;
  });
}

std::string joined(const words& all) {
  std::string out;
  for (const auto& word : all) out += (out.empty() ? "" : "_") + word;
  return out;
}

/// How well the words match a key, 4 (exactly) to 0 (not at all).
int match_score(const words& meant, const std::string& key) {
  const auto whole = words_of(key);
  if (meant == whole) return 4;
  if (is_nearly(joined(meant), joined(whole))) return 3;
  const auto last = words_of(key.substr(key.rfind('.') + 1));
  if (ends_with(whole, meant) && meant.size() >= last.size()) return 2;
  if (is_nearly(joined(meant), joined(last))) return 1;
  // One matching word is enough for a secret: a node that silently ignores it would be unprotected.
  const bool is_specific = meant.size() > 1 || is_secret(key);
  return is_specific && are_words_of(whole, meant) ? 1 : 0;
}

std::string with_variables(const std::string& text, const std::vector<std::string>& keys) {
  std::string out = text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out += (i == 0 ? "" : " or ") + variable_name(keys[i]);
  }
  return out;
}

/// The keys that match a variable without "__" best; on a tie all of them.
std::vector<std::string> best_matches(const words& meant, const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  int best = 1;
  for (const auto& key : keys) {
    const auto score = match_score(meant, key);
    if (score < best) continue;
    if (score > best) out.clear();
    best = score;
    out.push_back(key);
  }
  return out;
}

/// The key that a variable most likely means; empty if its first word is not a section of the
/// settings. A list such as `sockets` has one variable for the whole list.
std::string meant_in_section(const words& meant, const std::vector<std::string>& keys) {
  const auto& section = meant.front();
  if (std::ranges::find(keys, section) != keys.end()) return section;
  const auto begins = [&](const std::string& key) { return key.starts_with(section + "."); };
  if (std::ranges::none_of(keys, begins)) return {};
  return suggest_name(section + "." + joined({meant.begin() + 1, meant.end()}), keys);
}

}  // namespace

std::string variable_fault(const std::string& name, std::string_view value,
                           const std::vector<std::string>& keys) {
  if (name.find("__") != std::string::npos) {
    const auto key = key_of(name);
    const auto why = unsupported_reason(key);
    if (!why.empty()) return "is not supported in this version: " + std::string{why};
    return with_variables("is not a setting; did you mean ", {suggest_name(key, keys)}) + "?";
  }
  const auto meant = words_of(std::string_view{name}.substr(prefix.size()));
  if (is_of_a_service(meant, value)) return {};
  const auto found = best_matches(meant, keys);
  if (found.empty()) {
    const auto near = meant_in_section(meant, keys);
    return near.empty() ? "" : with_variables("is not a setting; did you mean ", {near}) + "?";
  }
  return with_variables("is not a setting: write a dot of the key as two underscores, ", found);
}

bool is_service_variable(std::string_view name, std::string_view value) {
  return is_of_a_service(words_of(name.substr(prefix.size())), value);
}

}  // namespace roost
