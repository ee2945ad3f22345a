// SPDX-License-Identifier: Apache-2.0
#include "config/load/loader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include "config/base/text_file.hpp"
#include "config/load/cross_checks.hpp"
#include "config/load/settings_reader.hpp"
#include "config/load/suggestion.hpp"
#include "config/load/variables.hpp"
#include "config/schema/schema.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

constexpr std::size_t file_bytes_max = 16 * 1024 * 1024;

/// The message of the JSON parser, without the exception name, and without the text that was read
/// last, which may be a secret.
std::string parser_message(std::string_view message) {
  // "[json.exception.parse_error.101] parse error at line ...: ...; last read: '...'; expected ..."
  message.remove_prefix(std::min(message.find("] ") + 2, message.size()));
  return std::string{message.substr(0, message.find("; last read"))};
}

/// Parses JSON with comments. A duplicate key in an object is a problem.
std::optional<json> parse_file(const std::string& text, const std::string& file,
                               settings_reader& into) {
  std::vector<std::set<std::string>> open;
  auto check_keys = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key &&
        !open.back().insert(parsed.get<std::string>()).second) {
      into.add_fault(file, "has the duplicate key " + parsed.dump() + " in an object");
    }
    return true;
  };
  try {
    auto tree = json::parse(text, check_keys, true, true);
    if (tree.is_object()) return tree;
    into.add_fault(file, "must contain one JSON object");
  } catch (const json::parse_error& e) {
    into.add_fault(file, "is not JSON (comments are allowed): " + parser_message(e.what()));
  }
  return {};
}

void read_file(const std::string& file, settings_reader& into) {
  const auto text = read_text_file(file, file_bytes_max);
  if (!text) return into.add_fault(file, text.failure().detail);
  if (auto tree = parse_file(*text, file, into)) into.whole(*tree);
}

void read_variable(const std::string& name, const std::string& text, settings_reader& into) {
  if (!name.starts_with("ROOST_")) return;
  const auto keys = whole_keys();
  const auto key = std::ranges::find(keys, name, variable_name);
  if (key != keys.end()) {
    into.source(source_rank::environment, name);
    into.from_text(*key, text);
    return;
  }
  into.source(source_rank::environment);
  if (auto fault = variable_fault(name, text, keys); !fault.empty()) {
    into.add_fault(name, fault);
  } else if (!is_service_variable(name, text)) {
    into.warn(name, "is not a setting and is ignored");
  }
}

/// The beginning of a flag that looks like a key. The rest is never printed: it may be a secret.
std::string key_like(const std::string& flag) {
  auto end = std::ranges::find_if_not(flag, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '[' || c == ']';
  });
  return {flag.begin(), end};
}

void read_set(const std::string& flag, settings_reader& into) {
  auto equals = flag.find('=');
  auto key = key_like(flag.substr(0, equals));
  into.source(source_rank::flags, "--set");
  if (key.size() != equals) {
    into.add_fault(key, "must be key=value");
  } else if (!into.from_text(key, flag.substr(equals + 1))) {
    const auto why = unsupported_reason(key);
    into.add_fault(
        key, why.empty() ? "is not a setting; did you mean " + suggest_name(key, whole_keys()) + "?"
                         : "is not supported in this version: " + std::string{why});
  }
}

/// The default room rule; the demo page and the tour in the README need these fields.
room_rule built_in_rule() {
  room_rule all;
  all.ephemeral = {"typing", "cursor"};
  all.conflate_field = all.idempotency_field = "id";
  return all;
}

/// Resolves relative paths against the folder of the configuration file.
void resolve_paths(settings& all, const std::string& config_file) {
  const auto folder = std::filesystem::path{config_file}.parent_path();
  auto& cluster = all.cluster;
  for (auto* path :
       {&all.auth.jwks_file, &all.store.path, &cluster.nkey_seed_file, &cluster.credentials_file,
        &cluster.ca_file, &cluster.certificate_file, &cluster.key_file}) {
    if (!path->empty()) *path = (folder / *path).string();
  }
  for (auto& rule : all.rooms) {
    for (auto& event : rule.events) {
      if (!event.schema_file.empty()) event.schema_file = (folder / event.schema_file).string();
    }
  }
}

/// Sets the default of allow.join: users with a valid token if a token key is set, else anybody.
void set_default_join(settings& all) {
  const auto fallback = has_token_key(all) ? access_rule::grantee::user : access_rule::grantee::any;
  for (auto& rule : all.rooms) {
    if (!rule.allow.join) rule.allow.join = access_rule{.allowed = fallback};
  }
}

}  // namespace

loaded load(const load_sources& from) {
  loaded out;
  out.values.listen.demo = from.file.empty();
  out.values.rooms = {built_in_rule()};
  settings_reader into{out};
  if (!from.file.empty()) read_file(from.file, into);
  for (const auto& variable : from.environment) {
    auto equals = variable.find('=');
    if (equals != std::string::npos) {
      read_variable(variable.substr(0, equals), variable.substr(equals + 1), into);
    }
  }
  for (const auto& flag : from.sets) read_set(flag, into);
  into.read_secret_files(from.file);
  resolve_paths(out.values, from.file);
  set_default_join(out.values);
  check_together(out.values, out.problems, out.warnings, from.keys);
  return out;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> out;
  for (char** one = environ; one && *one; ++one) out.emplace_back(*one);
  return out;
}

}  // namespace roost
