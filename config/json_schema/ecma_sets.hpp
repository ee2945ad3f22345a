// SPDX-License-Identifier: Apache-2.0
// Converts characters and character sets of ECMA 262 to RE2's syntax. Pure.
#pragma once

#include <string>
#include <string_view>

namespace roost::ecma_sets {

/// Decodes UTF-8, which must be valid.
std::u32string code_points_of(std::string_view text);
/// A character in RE2's syntax, escaped so that it is valid inside and outside of [ ].
std::string escaped(char32_t c);

inline constexpr std::string_view everything = R"(\x{0}-\x{10FFFF})";
/// The characters that "." matches.
inline constexpr std::string_view no_line_end =
    R"(\x{0}-\x{9}\x{B}\x{C}\x{E}-\x{2027}\x{202A}-\x{10FFFF})";

/// The members of \d, \D, \w, \W, \s or \S. `letter` is the letter of the escape; empty for any
/// other letter.
std::string_view members_of(char32_t letter);

/// RE2's name for a Unicode property in \p{...}; empty: not supported. It takes a general category
/// by its short or long name, and a script by its long name ("Script=Greek"). RE2 checks later
/// whether the script exists.
std::string property_name(const std::string& name);

}  // namespace roost::ecma_sets
