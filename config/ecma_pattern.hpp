// Patterns of JSON schemas, in linear time. Its .cpp is the only file that knows RE2.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace re2 {
class RE2;
}

namespace roost {

/// A regular expression of ECMA 262 with the flag u, without what ecma_syntax.hpp refuses.
/// Owns: the program, shared by its copies. Runs on: any thread, several at once. Ends: with its
/// last copy.
class ecma_pattern {
 public:
  /// The failure's detail says why it is refused.
  static result<ecma_pattern> compile(std::string_view pattern);

  /// Whether it matches anywhere in `text`, which is valid UTF-8. Time is linear in the text.
  bool is_found_in(std::string_view text) const;

 private:
  explicit ecma_pattern(std::shared_ptr<const re2::RE2> program) : program_(std::move(program)) {}
  std::shared_ptr<const re2::RE2> program_;
};

}  // namespace roost
