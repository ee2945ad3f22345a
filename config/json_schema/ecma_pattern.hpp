// SPDX-License-Identifier: Apache-2.0
// Regular expressions of JSON schemas, matched in linear time. Only its .cpp includes RE2.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace re2 {
class RE2;
}

namespace roost {

/// A compiled regular expression of ECMA 262 (flag u), except for the syntax that ecma_syntax.hpp
/// refuses. Owns: the RE2 program, shared by its copies. Runs on: any thread, several at once.
/// Ends: with its last copy.
class ecma_pattern {
 public:
  /// The error detail is the reason why the pattern is refused.
  static result<ecma_pattern> compile(std::string_view pattern);

  /// Whether it matches anywhere in `text`, which must be valid UTF-8. Takes linear time.
  bool is_found_in(std::string_view text) const;

 private:
  explicit ecma_pattern(std::shared_ptr<const re2::RE2> program) : program_(std::move(program)) {}
  std::shared_ptr<const re2::RE2> program_;
};

}  // namespace roost
