// SPDX-License-Identifier: Apache-2.0
// Structured logging to stderr: one line per event, as JSON or text. An event has a fixed name and
// fields. Logging never blocks: a thread writes the lines, and lines that do not fit into its queue
// are dropped and counted.
//   log::info("listening", {{"host", host}, {"port", port}});
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string_view>
#include <variant>

#include "config/base/ids.hpp"

namespace roost {

/// The least severe level that is written.
enum class log_level : std::uint8_t { debug, info, warning, error };

/// How a line is written.
enum class log_format : std::uint8_t { json, text };

}  // namespace roost

namespace roost::log {

/// A key and its value. It holds views, not copies, so use it only as an argument of a log call.
class field {
 public:
  using value_type = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                                  std::string_view, connection_id>;

  /// A field without a value; the line omits it.
  explicit field(std::string_view key) : key_(key) {}
  field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  field(std::string_view key, const char* value) : key_(key), value_(std::string_view{value}) {}
  field(std::string_view key, bool value) : key_(key), value_(value) {}
  field(std::string_view key, double value) : key_(key), value_(value) {}
  /// Written as the text "loop-serial", because JSON readers would round the 64-bit number.
  field(std::string_view key, connection_id value) : key_(key), value_(value) {}
  template <std::signed_integral T>
  field(std::string_view key, T value) : key_(key), value_(std::int64_t{value}) {}
  template <std::unsigned_integral T>
  field(std::string_view key, T value) : key_(key), value_(std::uint64_t{value}) {}

  std::string_view key() const { return key_; }
  const value_type& value() const { return value_; }

 private:
  std::string_view key_;
  value_type value_;
};
using fields = std::initializer_list<field>;

// Fields with the same key in every event, so that one search finds all lines of a connection, a
// user or a topic.
inline field of(connection_id value) { return {"connection", value}; }
/// Omitted if `sub` is empty (no user).
inline field of_user(std::string_view sub) {
  return sub.empty() ? field{"user"} : field{"user", sub};
}
inline field of_topic(std::string_view name) { return {"topic", name}; }
inline field of(const topic& value) { return of_topic(value.name); }

/// Maximum lines per second of one event name. Further lines are dropped, and a line
/// "log_lines_dropped" says how many.
inline constexpr std::uint32_t lines_per_second_max = 20;

/// Default: info, json. Call it before other threads log. `to` replaces stderr in tests; it must
/// live until the next init().
void init(log_level level, log_format format, std::ostream* to = nullptr);

/// Changes only the level. Thread-safe; a reload calls it.
void set_level(log_level level);

// Any thread. `event` is a literal such as "slow_consumer".
void debug(std::string_view event, fields with = {});
void info(std::string_view event, fields with = {});
void warning(std::string_view event, fields with = {});
void error(std::string_view event, fields with = {});

/// Reports the lines that the rate limit dropped, then writes all pending lines. Call it at the end
/// of the process. False: it took longer than `timeout`.
bool finish(std::chrono::milliseconds timeout = std::chrono::seconds{1});

/// Lines dropped since the process started, because of the rate limit or because stderr was
/// blocked.
std::uint64_t lines_dropped();

}  // namespace roost::log
