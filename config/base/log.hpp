// The log: one line an event, as JSON or text, to stderr. An event has a fixed name and fields.
// Who logs never waits: a thread of the log writes, and what it cannot write in time is counted.
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

namespace roost::log {

/// A key and its value. Holds no copy of texts: it lives only for the call.
class field {
 public:
  using value_type = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                                  std::string_view, connection_id>;

  /// Without a value it is left out.
  explicit field(std::string_view key) : key_(key) {}
  field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  field(std::string_view key, const char* value) : key_(key), value_(std::string_view{value}) {}
  field(std::string_view key, bool value) : key_(key), value_(value) {}
  field(std::string_view key, double value) : key_(key), value_(value) {}
  /// Written as "loop-serial": as a number JSON readers would round it.
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

// The fields that many events share, so that one search finds all lines of a connection, a user
// or a topic.
inline field of(connection_id value) { return {"connection", value}; }
/// Left out for who is nobody.
inline field of_user(std::string_view sub) {
  return sub.empty() ? field{"user"} : field{"user", sub};
}
inline field of_topic(std::string_view name) { return {"topic", name}; }
inline field of(const topic& value) { return of_topic(value.name); }

/// Lines of one event name that are written in a second; the rest is counted, and a line
/// "log_lines_dropped" says how many.
inline constexpr std::uint32_t lines_per_second_max = 20;

/// `level`: debug, info, warning or error; `format`: json or text. Call it before other threads
/// log; without it the log is json, info. `to` is for tests and must outlive the log or the next
/// init().
void init(std::string_view level, std::string_view format, std::ostream* to = nullptr);

/// The level alone, also while threads log: a reload does it.
void set_level(std::string_view level);

// Any thread. `event` is a literal such as "slow_consumer".
void debug(std::string_view event, fields with = {});
void info(std::string_view event, fields with = {});
void warning(std::string_view event, fields with = {});
void error(std::string_view event, fields with = {});

/// Writes what the sampler still has to say and all that waits, at the end of the process; false:
/// that took longer than `most`, and is given up.
bool finish(std::chrono::milliseconds most = std::chrono::seconds{1});

/// Lines that were not written since the process began: over the sampler's measure, or since
/// nobody read stderr.
std::uint64_t lines_dropped();

}  // namespace roost::log
