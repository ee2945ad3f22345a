// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_cursor.hpp"

#include <algorithm>
#include <cstddef>

#include "net/protocol/json/eight_bytes.hpp"

namespace roost::net {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The position after the closing quote, or null if there is none. `at` is after the opening quote.
const char* end_of_string(const char* at, const char* end) {
  while (at < end) {
    if (static_cast<std::size_t>(end - at) >= eight_bytes::size) {
      const eight_bytes next{at};
      const auto marks = next.equal('"') | next.equal('\\');
      if (marks == 0) {
        at += eight_bytes::size;
        continue;
      }
      at += eight_bytes::first(marks);
    }
    const char c = *at++;
    if (c == '"') return at;
    if (c == '\\') ++at;
  }
  return nullptr;
}

// The position after the bracket that closes the one at `at`, or null. Counts instead of recursing.
const char* end_of_container(const char* at, const char* end, std::uint32_t& deepest) {
  std::uint32_t depth = 0;
  while (at && at < end) {
    switch (*at++) {
      case '"':
        at = end_of_string(at, end);
        break;
      case '[':
      case '{':
        deepest = std::max(deepest, ++depth);
        break;
      case ']':
      case '}':
        if (--depth == 0) return at;
        break;
      default:
        break;
    }
  }
  return nullptr;
}

bool ends_scalar(char c) {
  switch (c) {
    case ',':
    case ':':
    case '[':
    case ']':
    case '{':
    case '}':
    case '"':
      return true;
    default:
      return is_space(c);
  }
}

const char* end_of_scalar(const char* at, const char* end) {
  const char* const begin = at;
  while (at < end && !ends_scalar(*at)) ++at;
  return at == begin ? nullptr : at;
}

}  // namespace

void json_cursor::skip_space() {
  while (at_ < end_ && is_space(*at_)) ++at_;
}

bool json_cursor::sees(char c) {
  skip_space();
  return at_ < end_ && *at_ == c;
}

bool json_cursor::take(char c) {
  if (!sees(c)) return false;
  ++at_;
  return true;
}

bool json_cursor::is_at_end() {
  skip_space();
  return at_ == end_;
}

bool json_cursor::take_value(raw_json& out) {
  skip_space();
  if (at_ == end_) return false;
  const char* const begin = at_;
  out.depth = 0;
  const char* behind = nullptr;
  if (*begin == '"') {
    behind = end_of_string(begin + 1, end_);
  } else if (*begin == '[' || *begin == '{') {
    behind = end_of_container(begin, end_, out.depth);
  } else {
    behind = end_of_scalar(begin, end_);
  }
  if (!behind) return false;
  out.text = {begin, static_cast<std::size_t>(behind - begin)};
  at_ = behind;
  return true;
}

}  // namespace roost::net
