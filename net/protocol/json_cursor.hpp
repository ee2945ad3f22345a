// Finds where JSON values begin and end, without looking at what they mean.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net {

/// One JSON value as it stands in its text.
struct raw_json {
  std::string_view text;
  std::uint32_t depth = 0;  ///< arrays and objects within each other; a scalar has 0
  bool is_string() const { return !text.empty() && text.front() == '"'; }
};

/// Walks along one array or object, value by value. Never leaves the text, whatever it holds; but
/// only check_json() knows whether it is JSON.
/// Owns: nothing, the text must live. Runs on: any thread. Ends: with its text.
class json_cursor {
 public:
  explicit json_cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  /// Steps over `c` if it is next after white space.
  bool take(char c);
  /// Whether `c` is next after white space.
  bool sees(char c);
  /// Steps over one value of any kind.
  bool take_value(raw_json& out);
  /// Only white space is left.
  bool is_at_end();

 private:
  void skip_space();

  const char* at_;
  const char* end_;
};

}  // namespace roost::net
