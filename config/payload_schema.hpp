// JSON schemas that payloads must satisfy. Its .cpp is the only file that knows valijson.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace roost {

/// Owns: a compiled schema, shared by its copies. Runs on: any thread, several at once (it does not
/// change). Ends: with its last copy.
///
/// Draft 7 without what payload_dialect.hpp refuses. Strings are counted in characters, also by
/// patterns; a pattern that takes too many steps or too much memory on one
/// does not match it.
class payload_schema {
 public:
  /// The failure's detail continues a sentence about the file: "cannot be read: ...".
  static result<payload_schema> load(const std::string& file);
  static result<payload_schema> parse(std::string_view text);

  /// Whether `payload` is JSON that satisfies the schema. Does not throw.
  bool accepts(std::string_view payload) const;

 private:
  struct compiled;
  explicit payload_schema(std::shared_ptr<const compiled> what) : compiled_(std::move(what)) {}
  std::shared_ptr<const compiled> compiled_;
};

}  // namespace roost
