// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_check.hpp"

#include <simdjson.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

namespace roost::net {

namespace {

// A longer text gets a temporary workspace, so that the thread does not keep its memory (about 14
// bytes for each byte of text) forever.
constexpr std::size_t kept_bytes = 65'536;

// RFC 8259 section 8.1 forbids it, but newer versions of simdjson skip it.
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char* skip_digits(char* at, const char* end) {
  while (at < end && is_digit(*at)) ++at;
  return at;
}

// The end of the number (grammar of RFC 8259) that begins at `at`; `at` if there is none.
char* end_of_number(char* at, const char* end) {
  char* p = at;
  if (p < end && *p == '-') ++p;
  if (p == end || !is_digit(*p)) return at;
  p = *p == '0' ? p + 1 : skip_digits(p, end);
  if (p + 1 < end && *p == '.' && is_digit(p[1])) p = skip_digits(p + 1, end);
  if (p < end && (*p == 'e' || *p == 'E')) {
    char* digits = p + 1;
    if (digits < end && (*digits == '+' || *digits == '-')) ++digits;
    if (digits < end && is_digit(*digits)) p = skip_digits(digits, end);
  }
  return p;
}

// Replaces every number outside strings by 0 and spaces. A malformed number leaves characters after
// the 0, so the text stays invalid.
void blank_numbers(char* at, const char* end) {
  bool in_string = false;
  while (at < end) {
    if (in_string) {
      in_string = *at != '"';
      at += *at == '\\' ? 2 : 1;
      continue;
    }
    in_string = *at == '"';
    char* const behind = end_of_number(at, end);
    if (behind == at) {
      ++at;
      continue;
    }
    if (*at == '-') ++at;  // keep the sign, so that "--1" does not become the valid "-0"
    std::memset(at, ' ', static_cast<std::size_t>(behind - at));
    *at = '0';
    at = behind;
  }
}

// The UTF-16 unit of the escape \uXXXX at `at` (the backslash); nullopt if there is none.
std::optional<std::uint32_t> escaped_unit(const char* at, const char* end) {
  constexpr int digits = 4;
  if (end - at < 2 + digits || at[0] != '\\' || at[1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const auto [stop, failure] = std::from_chars(at + 2, at + 2 + digits, unit, 16);
  if (failure != std::errc{} || stop != at + 2 + digits) return std::nullopt;
  return unit;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Replaces every lone surrogate by U+FFFD. Returns true if there was one.
bool replace_lone_surrogates(char* at, const char* end) {
  constexpr std::ptrdiff_t escape_size = 6;
  bool was_there = false;
  while (at < end) {
    if (*at != '\\') {
      ++at;
      continue;
    }
    const auto unit = escaped_unit(at, end);
    if (!unit) {
      at += 2;
      continue;
    }
    if (is_high_surrogate(*unit)) {
      const auto next = escaped_unit(at + escape_size, end);
      if (next && is_low_surrogate(*next)) {
        at += 2 * escape_size;
        continue;
      }
    }
    if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
      constexpr std::string_view replacement = "fffd";
      replacement.copy(at + 2, replacement.size());
      was_there = true;
    }
    at += escape_size;
  }
  return was_there;
}

bool is_refused(simdjson::error_code found) {
  return found != simdjson::SUCCESS && found != simdjson::DEPTH_ERROR;
}

// A reusable parser. Owns: a padded copy of the text, because simdjson reads beyond the end, and
// simdjson's parser. Runs on: the thread that made it. Ends: with its owner.
class workspace {
 public:
  explicit workspace(std::size_t capacity)
      : text_(new char[capacity + simdjson::SIMDJSON_PADDING]) {
    // Allocate the full size now, so that later texts need no reallocation.
    is_ready_ = document_.allocate(capacity) == simdjson::SUCCESS &&
                parser_.allocate(capacity) == simdjson::SUCCESS;
  }

  // simdjson refuses some texts that the JSON grammar allows. These parts are replaced in the copy,
  // which is parsed again: first numbers that no double or 64-bit integer can hold, then lone
  // surrogates. Error codes depend on simdjson's version, so only DEPTH_ERROR is relied on.
  json_state check(std::string_view text) {
    char* const begin = text_.get();
    const char* const end = begin + text.size();
    std::memcpy(begin, text.data(), text.size());
    auto found = parse(text.size());
    if (is_refused(found)) {
      blank_numbers(begin, end);
      found = parse(text.size());
    }
    const bool has_lone_surrogate = is_refused(found) && replace_lone_surrogates(begin, end);
    if (has_lone_surrogate) found = parse(text.size());
    if (found == simdjson::DEPTH_ERROR) return json_state::too_deep;
    if (found != simdjson::SUCCESS) return json_state::invalid;
    return has_lone_surrogate ? json_state::lone_surrogate : json_state::valid;
  }

 private:
  simdjson::error_code parse(std::size_t size) {
    if (!is_ready_) return simdjson::MEMALLOC;
    std::memset(text_.get() + size, ' ', simdjson::SIMDJSON_PADDING);
    return parser_.parse_into_document(document_, text_.get(), size, false).error();
  }

  std::unique_ptr<char[]> text_;
  simdjson::dom::document document_;
  simdjson::dom::parser parser_;
  bool is_ready_ = false;
};

}  // namespace

json_state check_json(std::string_view text) {
  if (text.empty() || text.starts_with(byte_order_mark)) return json_state::invalid;
  if (text.size() > kept_bytes) return workspace{text.size()}.check(text);
  static thread_local workspace kept{kept_bytes};
  return kept.check(text);
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace roost::net
