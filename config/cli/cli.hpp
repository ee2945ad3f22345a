// SPDX-License-Identifier: Apache-2.0
// Parses the command line into a value.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace roost::cli {

/// Exit codes of the process. Scripts rely on them: do not change them.
enum exit_code : int {
  exit_clean = 0,
  exit_configuration = 1,  ///< also: the health check failed
  exit_usage = 2,
  exit_cannot_bind = 3,   ///< also: the store cannot be opened
  exit_drained_late = 4,  ///< also: a second signal, or rooms that could not be stored
  exit_damaged = 5,       ///< a store or an export has damage
};

struct serve {
  std::string config;  ///< empty: none
  std::vector<std::string> sets;
};
struct check {
  std::string config;
};
struct list_settings {
  std::string format = "md";
};
struct health {
  std::string url = "http://127.0.0.1:4000";
};
struct token {
  std::string sub;
  std::vector<std::string> grants;  ///< "room:*=join,push:msg"
  std::vector<std::string> claims;  ///< "name=value"
  std::string ttl = "1h";
  std::string config;  ///< empty: none
};
struct docs {
  std::string which;  ///< errors, metrics or bounds
};
/// The folder of a store: `path`, or store.path of the settings if that is empty.
struct store_location {
  std::string config;  ///< empty: none
  std::string path;
};
struct check_store {
  store_location store;
  bool as_json = false;
};
struct export_store {
  store_location store;
  std::string file;  ///< "-": standard output
};
struct import_store {
  store_location store;
  std::string file;  ///< "-": standard input
};
struct version {};
/// A text to print: help (exit_clean), or an error of the command line (exit_usage).
struct message {
  std::string text;
  int exit_code = exit_usage;
};

using command = std::variant<message, serve, check, list_settings, health, token, docs, version,
                             check_store, export_store, import_store>;

/// A wrong command line gives a `message`.
command parse(int argc, const char* const* argv);

/// For example "roost 0.1.0".
std::string version_text();

}  // namespace roost::cli
