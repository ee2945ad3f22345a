// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_syntax.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "config/json_schema/ecma_sets.hpp"

namespace roost {
namespace {

constexpr char32_t code_point_max = 0x10FFFF;
constexpr int count_max = 1'000;  // the limit of RE2
constexpr std::size_t groups_max = 250;

bool is_one_of(char32_t c, std::string_view list) {
  return c < 0x80 && list.find(static_cast<char>(c)) != std::string_view::npos;
}
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::optional<unsigned> hex_digit(char32_t c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

/// Parses a pattern from left to right and writes RE2's syntax.
/// Owns: the pattern, the output so far, the first error. Runs on: the caller's thread.
/// Ends: with run().
class translator {
 public:
  explicit translator(std::string_view pattern) : in_(ecma_sets::code_points_of(pattern)) {}

  result<std::string> run() {
    while (fault_.empty() && at_ < in_.size()) term();
    if (groups_ > 0) fail("a ( is not closed");
    if (!fault_.empty()) return error{errc::bad_setting, fault_};
    return out_;
  }

 private:
  // Returns 0 at the end. The pattern may contain NUL, so 0 alone does not mean the end.
  char32_t next() const { return is_end() ? 0 : in_[at_]; }
  bool is_end() const { return at_ >= in_.size(); }
  bool take(char32_t c) {
    if (is_end() || in_[at_] != c) return false;
    ++at_;
    return true;
  }
  void fail(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
  }

  void atom(const std::string& text) {
    out_ += text;
    may_repeat_ = true;
  }
  void members(std::string_view set) { atom("[" + std::string{set} + "]"); }
  void assertion(const char* text) {
    out_ += text;
    may_repeat_ = false;
  }

  void term() {
    const auto c = in_[at_++];
    switch (c) {
      case '^':
        return assertion("\\A");
      case '$':
        return assertion("\\z");
      case '|':
        return assertion("|");
      case '.':
        return members(ecma_sets::no_line_end);
      case '(':
        return open_group();
      case ')':
        return close_group();
      case '[':
        return character_class();
      case '\\':
        return escape();
      case '*':
      case '+':
      case '?':
        return repeat(std::string{static_cast<char>(c)});
      case '{':
        return counted();
      case '}':
      case ']':
        return fail("an unmatched } or ] must be escaped with a backslash");
      default:
        return atom(ecma_sets::escaped(c));
    }
  }

  void open_group() {
    if (++groups_ > groups_max) return fail("groups are nested deeper than 250");
    assertion("(?:");
    if (!take('?') || take(':')) return;
    if (take('=') || take('!')) return fail("lookaheads are not supported");
    if (!take('<')) return fail("a group may begin with (?: or (?<name>, and with no other (?");
    if (take('=') || take('!')) return fail("lookbehinds are not supported");
    group_name();
  }
  void group_name() {
    std::u32string name;
    while (!is_end() && next() != '>') name += in_[at_++];
    const auto fits = [](char32_t c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == '$';
    };
    if (name.empty() || is_digit(name[0]) || !std::ranges::all_of(name, fits) || !take('>')) {
      return fail("the name of a group may contain only ASCII letters, digits, _ and $");
    }
    if (!names_.insert(name).second) fail("two groups have the same name");
  }
  void close_group() {
    if (groups_ == 0) return fail("an unmatched ) must be escaped with a backslash");
    --groups_;
    atom(")");
  }

  void repeat(const std::string& count) {
    if (!may_repeat_) return fail("there is nothing to repeat before " + count);
    out_ += count;
    if (take('?')) out_ += '?';
    may_repeat_ = false;
  }
  std::optional<int> number() {
    if (!is_digit(next())) return std::nullopt;
    int out = 0;
    while (is_digit(next())) {
      out = std::min(out * 10 + static_cast<int>(in_[at_++] - '0'), count_max + 1);
    }
    return out;
  }
  void counted() {
    const auto min = number();
    std::optional<int> max = min;
    const bool has_comma = min && take(',');
    if (has_comma) max = number();
    if (!min || !take('}')) return fail("a { that is not a count must be escaped as \\{");
    if (*min > count_max || max.value_or(0) > count_max) {
      return fail("a count above 1000 is not supported");
    }
    if (max && *max < *min) return fail("the numbers of a count are out of order");
    auto text = "{" + std::to_string(*min);
    if (has_comma) text += max ? "," + std::to_string(*max) : ",";
    repeat(text + "}");
  }

  void escape() {
    const auto c = next();
    if (is_digit(c) && c != '0') return fail("backreferences are not supported");
    if (take('k')) return fail("backreferences are not supported");
    if (take('b')) return assertion("\\b");
    // RE2's \B works on bytes: it would match inside a character of several bytes.
    if (take('B')) return fail("\\B is not supported");
    if (auto set = set_escape(); !set.empty()) return members(set);
    if (auto one = character_escape(false)) atom(ecma_sets::escaped(*one));
  }

  /// The characters of an escape such as \d, \W or \p{L} in RE2's class syntax; empty for any other
  /// escape.
  std::string set_escape() {
    if (const auto set = ecma_sets::members_of(next()); !set.empty()) {
      ++at_;
      return std::string{set};
    }
    const auto c = next();
    return take('p') || take('P') ? property(c == 'P') : "";
  }
  std::string property(bool is_negated) {
    std::string name;
    if (take('{')) {
      while (!is_end() && next() != '}' && next() < 0x80) name += static_cast<char>(in_[at_++]);
    }
    if (name.empty() || !take('}')) return fail("\\p needs a name in braces"), "x";
    const auto found = ecma_sets::property_name(name);
    if (found.empty()) return fail("the property " + name + " is not supported"), "x";
    return (is_negated ? "\\P{" : "\\p{") + found + "}";
  }
  std::optional<char32_t> character_escape(bool is_in_class) {
    if (is_end()) return refuse("the pattern ends with a single \\");
    const auto c = in_[at_++];
    constexpr std::string_view letters = "tnvfr";
    constexpr std::string_view controls = "\t\n\v\f\r";
    if (is_one_of(c, letters)) {
      return static_cast<char32_t>(controls[letters.find(static_cast<char>(c))]);
    }
    if (c == '0' && !is_digit(next())) return U'\0';
    if (c == 'c' && is_letter(next())) return in_[at_++] & 0x1FU;
    if (c == 'x') return hex(2);
    if (c == 'u') return unicode();
    if (is_one_of(c, "^$\\.*+?()[]{}|/") || (is_in_class && c == '-')) return c;
    return refuse("\\" + (c < 0x80 ? std::string{static_cast<char>(c)} : "") +
                  " is not an escape of ECMA 262" + (c == '-' ? " outside [ ]" : ""));
  }
  std::optional<char32_t> refuse(std::string why) {
    fail(std::move(why));
    return std::nullopt;
  }
  std::optional<char32_t> hex(int digits) {
    char32_t out = 0;
    for (int i = 0; i < digits; ++i) {
      const auto digit = hex_digit(next());
      if (!digit) return refuse("\\x needs two and \\u four hexadecimal digits");
      out = out * 16 + *digit;
      ++at_;
    }
    return out;
  }
  std::optional<char32_t> unicode() {
    if (take('{')) return in_braces();
    const auto first = hex(4);
    const bool is_high = first && *first >= 0xD800 && *first < 0xDC00;
    if (!is_high) return first ? whole(*first) : first;
    if (!take('\\') || !take('u')) return whole(*first);
    const auto second = hex(4);
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return whole(*first);
    return 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
  }
  std::optional<char32_t> in_braces() {
    char32_t out = 0;
    const auto begin = at_;
    for (auto digit = hex_digit(next()); digit; digit = hex_digit(next())) {
      out = std::min<char32_t>(out * 16 + *digit, code_point_max + 1);
      ++at_;
    }
    if (at_ == begin || !take('}') || out > code_point_max) {
      return refuse("\\u{...} needs a code point up to 10FFFF");
    }
    return whole(out);
  }
  std::optional<char32_t> whole(char32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF) return refuse("a lone surrogate cannot occur in a JSON string");
    return c;
  }

  void character_class() {
    const bool is_negated = take('^');
    std::string inner;
    while (fault_.empty() && !is_end() && next() != ']') class_item(inner);
    if (!take(']')) return fail("a [ is not closed");
    if (!inner.empty()) return members((is_negated ? "^" : "") + inner);
    members((is_negated ? "" : "^") + std::string{ecma_sets::everything});
  }
  /// An item of a class: one character, or a set such as \d.
  struct class_atom {
    std::optional<char32_t> character;
    std::string set;
  };
  class_atom take_class_atom() {
    if (!take('\\')) return {in_[at_++], ""};
    if (take('b')) return {U'\b', ""};
    if (auto set = set_escape(); !set.empty()) return {std::nullopt, set};
    return {character_escape(true), ""};
  }
  void class_item(std::string& inner) {
    const auto from = take_class_atom();
    const bool is_range = next() == '-' && at_ + 1 < in_.size() && in_[at_ + 1] != ']';
    if (!fault_.empty()) return;
    if (!is_range) {
      inner += from.character ? ecma_sets::escaped(*from.character) : from.set;
      return;
    }
    ++at_;
    const auto to = take_class_atom();
    if (!fault_.empty()) return;
    if (!from.character || !to.character)
      return fail("a range in [ ] must have a character at both ends");
    if (*from.character > *to.character) return fail("a range in [ ] is out of order");
    inner += ecma_sets::escaped(*from.character) + "-" + ecma_sets::escaped(*to.character);
  }

  std::u32string in_;
  std::size_t at_ = 0;
  std::string out_;
  bool may_repeat_ = false;
  std::size_t groups_ = 0;
  std::set<std::u32string> names_;
  std::string fault_;
};

}  // namespace

result<std::string> re2_syntax_of(std::string_view pattern) { return translator{pattern}.run(); }

}  // namespace roost
