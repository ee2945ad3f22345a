// SPDX-License-Identifier: Apache-2.0
// Loads a JSON schema and validates payloads against it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace roost {

struct payload_rules;

/// An immutable, compiled JSON schema. Owns: the rules, shared by its copies. Runs on: any thread,
/// several at once. Ends: with its last copy.
///
/// Draft 7, except for features that payload_dialect.hpp refuses. Numbers are compared exactly
/// (12.0 equals 12): integers as 64 bits, other numbers as doubles. String lengths are counted in
/// characters. Patterns are regular expressions of ECMA 262, matched in linear time.
class payload_schema {
 public:
  /// The error detail continues a sentence about the file: "cannot be read: ...".
  static result<payload_schema> load(const std::string& file);
  static result<payload_schema> parse(std::string_view text);

  /// Whether `payload` is JSON that satisfies the schema. Does not throw. False also for a number
  /// outside the range of doubles, and if validation exceeds a limit of payload_validator.hpp.
  bool accepts(std::string_view payload) const;

 private:
  explicit payload_schema(std::shared_ptr<const payload_rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const payload_rules> rules_;
};

}  // namespace roost
