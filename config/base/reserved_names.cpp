// SPDX-License-Identifier: Apache-2.0
#include "config/base/reserved_names.hpp"

#include <algorithm>
#include <array>

namespace roost {
namespace {

constexpr std::array<std::string_view, 3> prefixes{"phx_", "presence_", "chan_reply_"};
constexpr std::array<std::string_view, 6> names{"access_token", "drain",         "mark_read",
                                                "read_receipt", "read_receipts", "token_expired"};

/// Converts ASCII letters only, independent of the locale. Unicode also maps the Kelvin sign to the
/// ASCII letter k, but no client compares the one name with a k, mark_read, in lower case.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool equals(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, {}, lower);
}

}  // namespace

bool is_reserved_event(std::string_view event) {
  return std::ranges::any_of(prefixes,
                             [event](std::string_view prefix) {
                               return equals(event.substr(0, prefix.size()), prefix);
                             }) ||
         std::ranges::any_of(names, [event](std::string_view name) { return equals(event, name); });
}

bool is_member_event(std::string_view event) {
  return event == "presence_update" || event == "mark_read";
}

bool is_reserved_topic(std::string_view topic_name) {
  return topic_name == "phoenix" || topic_name.starts_with('$');
}

}  // namespace roost
