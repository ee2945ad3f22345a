// SPDX-License-Identifier: Apache-2.0
// Splits JSON text into its values without decoding them. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net {

/// The text of one JSON value.
struct raw_json {
  std::string_view text;
  std::uint32_t depth = 0;  ///< nesting depth of arrays and objects; 0 for a scalar
  bool is_string() const { return !text.empty() && text.front() == '"'; }
};

/// Iterates over the values of one array or object. It never reads beyond the text, even if the
/// text is not JSON; only check_json() tells whether it is.
/// Owns: nothing, the text must outlive it. Runs on: any thread. Ends: with its text.
class json_cursor {
 public:
  explicit json_cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  /// Skips white space, and `c` if it is next; returns whether it was.
  bool take(char c);
  /// Skips white space and returns whether `c` is next.
  bool sees(char c);
  /// Skips one value of any type and stores its text in `out`. False: there is no complete value.
  bool take_value(raw_json& out);
  /// True if only white space is left.
  bool is_at_end();

 private:
  void skip_space();

  const char* at_;
  const char* end_;
};

}  // namespace roost::net
