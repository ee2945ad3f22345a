// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/protocol_version.hpp"

#include <algorithm>

namespace roost::net::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit) &&
         (text.size() == 1 || text.front() != '0');
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool are_identifiers(std::string_view list) {
  for (;;) {
    const auto dot = list.find('.');
    if (!is_identifier(list.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    list.remove_prefix(dot + 1);
  }
}

/// Cuts the suffix that starts at `mark` off `text`; false if it is not a list of identifiers.
bool cut_suffix(std::string_view& text, char mark, bool& has_suffix) {
  const auto at = text.find(mark);
  has_suffix = at != std::string_view::npos;
  if (!has_suffix) return true;
  const auto suffix = text.substr(at + 1);
  text = text.substr(0, at);
  return are_identifiers(suffix);
}

}  // namespace

std::optional<codec_id> codec_of_version(std::string_view vsn) {
  bool has_build = false;
  bool has_preview = false;
  if (!cut_suffix(vsn, '+', has_build) || !cut_suffix(vsn, '-', has_preview)) return std::nullopt;
  const bool is_v1 = vsn.starts_with("1.0.");
  if (!is_v1 && !vsn.starts_with("2.0.")) return std::nullopt;
  const auto patch = vsn.substr(4);
  // A pre-release of x.0.0 precedes x.0.0 (semantic versioning), so it does not match.
  if (!is_number(patch) || (has_preview && patch == "0")) return std::nullopt;
  return is_v1 ? codec_id::v1 : codec_id::v2;
}

}  // namespace roost::net::http
