// Regular expressions of ECMA 262 (with the flag u) in RE2's syntax. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost {

/// RE2's syntax for `pattern`, which is valid UTF-8, with the same meaning: "$" is the end of the
/// text only, "." no line terminator, "\s" has U+00A0. Refused, with a reason that continues
/// "... is refused: ", are what ECMA 262 refuses, what RE2 cannot do in linear time (lookarounds,
/// backreferences), counts above 1,000 and halves of surrogate pairs, as no JSON text holds one.
result<std::string> re2_syntax_of(std::string_view pattern);

}  // namespace roost
