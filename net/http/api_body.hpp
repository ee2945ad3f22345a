// The JSON object in the body of a request. Pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/json_cursor.hpp"

namespace roost::net::http {

/// The members of one object, each at most once, their values as they were written: a payload goes
/// on byte for byte. Owns: the names; the text must live. Runs on: any thread. Ends: with its text.
class api_body {
 public:
  /// Fails with bad_request where it is no JSON object, or has a member twice or an unknown one.
  static result<api_body> read(std::string_view text, std::initializer_list<const char*> known);
  /// Null where it is not given.
  const raw_json* find(std::string_view key) const;
  /// A topic, an event, a user: see check_name(). Fails where it is missing or no string.
  result<std::string> name(std::string_view key) const;
  /// A list of 1 to `most` names.
  result<std::vector<std::string>> names(std::string_view key, std::size_t most) const;

  /// UTF-8 without control characters, not empty, at most name_bytes_max.
  static result<void> check_name(std::string_view key, std::string_view value);
  /// A name that is not known here, in quotes; where it is long or no text, what stands for it:
  /// a refusal repeats only what JSON can hold.
  static std::string shown(std::string_view name);

 private:
  static result<std::string> name_of(std::string_view key, const raw_json& value);
  std::vector<std::pair<std::string, raw_json>> members_;
};

}  // namespace roost::net::http
