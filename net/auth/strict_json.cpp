// SPDX-License-Identifier: Apache-2.0
#include "net/auth/strict_json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_cursor.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

error refuse(const char* detail) { return {errc::invalid_payload, detail}; }

/// Detects duplicate members during the parse; the parsed value keeps only the last one.
class member_names {
 public:
  bool has_duplicate() const { return has_duplicate_; }
  void see(json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) {
      has_duplicate_ |= !open_.back().insert(parsed.get_ref<const std::string&>()).second;
    }
  }

 private:
  std::vector<std::set<std::string>> open_;
  bool has_duplicate_ = false;
};

}  // namespace

result<json> parse_strict_json(std::string_view text, std::uint32_t depth_max) {
  // check_json() first: nlohmann accepts a byte order mark and stops at a zero byte.
  const auto state = check_json(text);
  if (state == json_state::too_deep) return refuse("too_deep");
  if (state != json_state::valid) return refuse("not_json");
  raw_json whole;
  if (!json_cursor{text}.take_value(whole)) return refuse("not_json");
  if (whole.depth > depth_max) return refuse("too_deep");
  member_names names;
  auto value = json::parse(
      text,
      [&names](int, json::parse_event_t event, const json& parsed) {
        names.see(event, parsed);
        return true;
      },
      false);
  if (value.is_discarded()) return refuse("not_json");
  if (names.has_duplicate()) return refuse("duplicate_member");
  return value;
}

}  // namespace roost::net::auth
