// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_sets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <utility>

namespace roost::ecma_sets {
namespace {

// ECMA 262, 22.2.2.9 (CharacterClassEscape), 12.2 (WhiteSpace), 12.3 (LineTerminator).
struct class_escape {
  char32_t letter;
  std::string_view members;
};
constexpr std::array class_escapes{
    class_escape{'d', "0-9"},
    class_escape{'D', R"(\x{0}-\x{2F}\x{3A}-\x{10FFFF})"},
    class_escape{'w', "0-9A-Z_a-z"},
    class_escape{'W', R"(\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{5E}\x{60}\x{7B}-\x{10FFFF})"},
    class_escape{'s', R"(\x{9}-\x{D}\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029})"
                      R"(\x{202F}\x{205F}\x{3000}\x{FEFF})"},
    class_escape{'S', R"(\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF})"
                      R"(\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF})"
                      R"(\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF})"},
};

/// General categories with short and long name. C, Cn and LC are missing: RE2 does not have them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 35> categories{{
    {"L", "Letter"},
    {"Lu", "Uppercase_Letter"},
    {"Ll", "Lowercase_Letter"},
    {"Lt", "Titlecase_Letter"},
    {"Lm", "Modifier_Letter"},
    {"Lo", "Other_Letter"},
    {"M", "Mark"},
    {"M", "Combining_Mark"},
    {"Mn", "Nonspacing_Mark"},
    {"Mc", "Spacing_Mark"},
    {"Me", "Enclosing_Mark"},
    {"N", "Number"},
    {"Nd", "Decimal_Number"},
    {"Nd", "digit"},
    {"Nl", "Letter_Number"},
    {"No", "Other_Number"},
    {"P", "Punctuation"},
    {"P", "punct"},
    {"Pc", "Connector_Punctuation"},
    {"Pd", "Dash_Punctuation"},
    {"Ps", "Open_Punctuation"},
    {"Pe", "Close_Punctuation"},
    {"Pi", "Initial_Punctuation"},
    {"Pf", "Final_Punctuation"},
    {"Po", "Other_Punctuation"},
    {"S", "Symbol"},
    {"Sm", "Math_Symbol"},
    {"Sc", "Currency_Symbol"},
    {"Sk", "Modifier_Symbol"},
    {"So", "Other_Symbol"},
    {"Z", "Separator"},
    {"Zs", "Space_Separator"},
    {"Zl", "Line_Separator"},
    {"Zp", "Paragraph_Separator"},
    {"Cc", "Control"},
}};

std::string_view category_of(std::string_view name) {
  for (const auto& [brief, whole] : categories) {
    if (name == brief || name == whole) return brief;
  }
  return name == "Cf" || name == "Format" ? "Cf" : "";
}

}  // namespace

std::u32string code_points_of(std::string_view text) {
  std::u32string out;
  for (unsigned char byte : text) {
    if ((byte & 0xC0U) == 0x80U) {
      if (!out.empty()) out.back() = (out.back() << 6U) | (byte & 0x3FU);
    } else {
      const unsigned bits = byte < 0x80U ? 0x7FU : byte < 0xE0U ? 0x1FU : byte < 0xF0U ? 0xFU : 7U;
      out += static_cast<char32_t>(byte & bits);
    }
  }
  return out;
}

std::string escaped(char32_t c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
    return {static_cast<char>(c)};
  }
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "\\x{%X}", static_cast<unsigned>(c));
  return out.data();
}

std::string_view members_of(char32_t letter) {
  const auto* const found = std::ranges::find(class_escapes, letter, &class_escape::letter);
  return found == class_escapes.end() ? "" : found->members;
}

std::string property_name(const std::string& name) {
  const auto equals = name.find('=');
  if (equals == std::string::npos) {
    return name == "Any" ? name : std::string{category_of(name)};
  }
  const auto kind = name.substr(0, equals);
  auto value = name.substr(equals + 1);
  if (kind == "gc" || kind == "General_Category") return std::string{category_of(value)};
  const bool is_script =
      (kind == "sc" || kind == "Script") && value.size() > 2 && value != "Any" &&
      std::ranges::all_of(value, [](unsigned char c) { return std::isalpha(c) || c == '_'; });
  return is_script ? value : "";
}

}  // namespace roost::ecma_sets
