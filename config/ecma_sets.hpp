// Characters of ECMA 262, and sets of them, as RE2 takes them in a class. Pure.
#pragma once

#include <string>
#include <string_view>

namespace roost::ecma_sets {

/// The characters of valid UTF-8.
std::u32string code_points_of(std::string_view text);
/// A character as RE2 takes it anywhere, also in a class.
std::string escaped(char32_t c);

inline constexpr std::string_view everything = R"(\x{0}-\x{10FFFF})";
/// What "." stands for.
inline constexpr std::string_view no_line_end =
    R"(\x{0}-\x{9}\x{B}\x{C}\x{E}-\x{2027}\x{202A}-\x{10FFFF})";

/// The members of \d, \D, \w, \W, \s or \S by its letter; empty: there is no such escape.
std::string_view members_of(char32_t letter);

/// RE2's name for the property in \p{...}: a general category by either name, or a script by its
/// long one, "Script=Greek"; RE2 says whether there is such a script. Empty: not supported.
std::string property_name(const std::string& name);

}  // namespace roost::ecma_sets
