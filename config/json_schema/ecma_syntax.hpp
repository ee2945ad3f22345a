// SPDX-License-Identifier: Apache-2.0
// Translates regular expressions of ECMA 262 (flag u) into RE2's syntax. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost {

/// Translates `pattern`, which must be valid UTF-8, and keeps its meaning: "$" matches only the end
/// of the text, "." no line terminator, "\s" includes U+00A0. The error detail continues "... is
/// refused: ". It refuses syntax that ECMA 262 does not allow, features that RE2 does not have
/// (lookarounds, backreferences), counts above 1,000, and halves of surrogate pairs, which no JSON
/// text contains.
result<std::string> re2_syntax_of(std::string_view pattern);

}  // namespace roost
