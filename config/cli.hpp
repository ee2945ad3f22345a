// The command line: what was asked for, as a value.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace roost::cli {

/// Exit codes of the process; a promise to scripts.
enum exit_code : int {
  exit_clean = 0,
  exit_configuration = 1,  ///< also: unhealthy
  exit_usage = 2,
  exit_cannot_bind = 3,
  exit_drained_late = 4,
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
  std::string which;  ///< errors or metrics
};
struct version {};
/// Help that was asked for (exit_clean), or what is wrong with the command line (exit_usage).
struct message {
  std::string text;
  int exit_code = exit_usage;
};

using command = std::variant<message, serve, check, list_settings, health, token, docs, version>;

command parse(int argc, const char* const* argv);

/// "roost 0.1.0"
std::string version_text();

}  // namespace roost::cli
