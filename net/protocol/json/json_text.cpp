// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_text.hpp"

#include <cstddef>
#include <cstdint>

#include "net/protocol/json/eight_bytes.hpp"

namespace roost::net {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::uint32_t replacement = 0xfffd;

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

// The letter after the backslash in a short escape; 0 if `c` has no short escape.
char short_escape(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '"':
    case '\\':
      return c;
    default:
      return 0;
  }
}

char meaning_of(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

void append_escaped(std::string& out, char c) {
  if (is_plain(c)) {
    out.push_back(c);
    return;
  }
  out.push_back('\\');
  if (const char letter = short_escape(c)) {
    out.push_back(letter);
    return;
  }
  out += "u00";
  out.push_back(hex_digits[static_cast<unsigned char>(c) >> 4]);
  out.push_back(hex_digits[static_cast<unsigned char>(c) & 15]);
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
    return;
  }
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xe0 | point >> 12);
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 63));
    }
    put(0x80 | (point >> 6 & 63));
  }
  put(0x80 | (point & 63));
}

// The value of four hex digits at `at`; the replacement character if they are missing.
std::uint32_t read_unit(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return replacement;
  std::uint32_t unit = 0;
  for (const char c : text.substr(at, 4)) {
    const auto lower = static_cast<char>(c | 0x20);
    const auto value = hex_digits.find(c <= '9' ? c : lower);
    if (value == std::string_view::npos) return replacement;
    unit = unit << 4 | static_cast<std::uint32_t>(value);
  }
  return unit;
}

// Decodes uXXXX, or a surrogate pair of two, at `at` (the u); returns how many characters it read.
std::size_t append_point(std::string& out, std::string_view text, std::size_t at) {
  const auto unit = read_unit(text, at + 1);
  if (unit >= 0xd800 && unit < 0xdc00 && text.substr(at + 5, 2) == "\\u") {
    const auto low = read_unit(text, at + 7);
    if (low >= 0xdc00 && low < 0xe000) {
      append_utf8(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      return 11;
    }
  }
  append_utf8(out, unit >= 0xd800 && unit < 0xe000 ? replacement : unit);
  return 5;
}

}  // namespace

bool needs_escape(std::string_view text) {
  std::size_t i = 0;
  for (; i + eight_bytes::size <= text.size(); i += eight_bytes::size) {
    const eight_bytes next{text.data() + i};
    if (next.below(0x20) | next.equal('"') | next.equal('\\')) return true;
  }
  for (; i < text.size(); ++i) {
    if (!is_plain(text[i])) return true;
  }
  return false;
}

std::string json_quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  out.push_back('"');
  if (!needs_escape(text)) {
    out += text;
  } else {
    for (const char c : text) append_escaped(out, c);
  }
  out.push_back('"');
  return out;
}

std::string json_unescaped(std::string_view inner) {
  std::string out;
  out.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size();) {
    if (inner[i] != '\\' || i + 1 == inner.size()) {
      out.push_back(inner[i++]);
    } else if (inner[++i] == 'u' && i + 5 <= inner.size()) {
      i += append_point(out, inner, i);
    } else {
      out.push_back(meaning_of(inner[i++]));
    }
  }
  return out;
}

bool has_control_character(std::string_view text) {
  std::size_t i = 0;
  for (; i + eight_bytes::size <= text.size(); i += eight_bytes::size) {
    const eight_bytes next{text.data() + i};
    if (next.below(0x20) | next.equal(0x7f) | next.beyond_ascii()) break;
  }
  unsigned char before = 0;
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    if (c < 0x20 || c == 0x7f || (before == 0xc2 && c < 0xa0)) return true;
    before = c;
  }
  return false;
}

}  // namespace roost::net
