// SPDX-License-Identifier: Apache-2.0
// Parses the JSON object in the body of an API request. Pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/json/json_cursor.hpp"

namespace roost::net::http {

/// The members of one JSON object. Values stay raw text, so that a payload is passed on unchanged.
/// Owns: the names, not the text, which must outlive it. Runs on: any thread. Ends: with its text.
class api_body {
 public:
  /// Fails with bad_request if `text` is not a JSON object or has a duplicate or unknown member,
  /// and with invalid_payload if it nests too deep or has a lone surrogate.
  static result<api_body> read(std::string_view text, std::initializer_list<const char*> known);
  /// Null if the member is absent.
  const raw_json* find(std::string_view key) const;
  /// A string such as a topic, an event or a user. Fails if it is absent, is not a string, or does
  /// not pass check_name().
  result<std::string> name(std::string_view key) const;
  /// A list of 1 to `names_max` names.
  result<std::vector<std::string>> names(std::string_view key, std::size_t names_max) const;

  /// Accepts nonempty UTF-8 without control characters, at most name_bytes_max bytes.
  static result<void> check_name(std::string_view key, std::string_view value);
  /// An unknown name, quoted for an error message. A name that is long or invalid is replaced by a
  /// fixed phrase, so that the message is always short and valid UTF-8.
  static std::string shown(std::string_view name);

 private:
  static result<std::string> name_of(std::string_view key, const raw_json& value);
  std::vector<std::pair<std::string, raw_json>> members_;
};

}  // namespace roost::net::http
