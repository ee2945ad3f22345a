// JSON schemas that payloads must satisfy.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace roost {

struct payload_rules;

/// Owns: a compiled schema, shared by its copies. Runs on: any thread, several at once (it does not
/// change). Ends: with its last copy.
///
/// Draft 7 without what payload_dialect.hpp refuses. Numbers are compared exactly, whole numbers
/// up to 64 bits and others as doubles: 12.0 is 12. Strings are counted in characters; patterns are
/// those of ECMA 262 and take linear time.
class payload_schema {
 public:
  /// The failure's detail continues a sentence about the file: "cannot be read: ...".
  static result<payload_schema> load(const std::string& file);
  static result<payload_schema> parse(std::string_view text);

  /// Whether `payload` is JSON that satisfies the schema. Does not throw. A number beyond the range
  /// of doubles does not, nor what needs more than payload_checks_max checks.
  bool accepts(std::string_view payload) const;

 private:
  explicit payload_schema(std::shared_ptr<const payload_rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const payload_rules> rules_;
};

}  // namespace roost
