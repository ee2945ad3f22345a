// SPDX-License-Identifier: Apache-2.0
// A JSON text of a server. Only its source includes simdjson. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roost::cluster {

/// Parts are named by JSON pointers (RFC 6901), such as `/config/max_age`. A part that is missing
/// or has another type has the default, and so has every part of a text that is no JSON object.
/// Owns: the parsed text. Runs on: one thread. Ends: any time; views end with it.
class json_document {
 public:
  explicit json_document(std::string_view json);
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;
  ~json_document();

  bool is_object() const;
  bool has(std::string_view pointer) const;
  std::uint64_t number(std::string_view pointer) const;        ///< 0
  std::int64_t signed_number(std::string_view pointer) const;  ///< 0
  bool flag(std::string_view pointer) const;                   ///< false
  std::string_view text(std::string_view pointer) const;       ///< empty
  std::vector<std::string> keys(std::string_view pointer) const;
  /// As JSON without spaces; empty: it is missing.
  std::string raw(std::string_view pointer) const;

 private:
  struct parsed;  // hides simdjson
  std::unique_ptr<parsed> parsed_;
};

}  // namespace roost::cluster
