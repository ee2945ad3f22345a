// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/join_parser.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "actors/rules/payload_field.hpp"
#include "config/base/decimal.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors {

namespace {

// Returns the field; a null field counts as missing.
std::optional<net::raw_json> field_of(std::string_view json, std::string_view key) {
  auto found = raw_field(json, key);
  if (found && found->text == "null") found.reset();
  return found;
}

// Duplicate keys are refused: this server reads the first value, clients read the last one.
bool is_ambiguous(std::string_view json) { return has_equal_keys(json, key_scope::top_level); }

result<position> position_in(std::string_view json) {
  if (is_ambiguous(json)) return errc::invalid_payload;
  const auto epoch = raw_field(json, "epoch");
  const auto at = raw_field(json, "offset");
  if (!epoch || !at || !epoch->is_string()) return errc::invalid_payload;
  const auto number = whole_number(at->text);
  if (!number) return errc::invalid_payload;
  position out{net::json_unescaped(epoch->text.substr(1, epoch->text.size() - 2)), offset{*number}};
  if (out.epoch.size() > name_bytes_max) return errc::invalid_payload;
  return out;
}

// Fields that only the server may set; clients must not forge them.
bool is_own_field(std::string_view name) {
  const auto inner = net::json_unescaped(name.substr(1, name.size() - 2));
  return inner == "phx_ref" || inner == "phx_ref_prev";
}

std::string without_own_fields(std::string_view object) {
  net::json_cursor at{object};
  net::raw_json name;
  net::raw_json value;
  std::string out = "{";
  bool is_changed = false;
  at.take('{');
  while (at.sees('"') && at.take_value(name) && at.take(':') && at.take_value(value)) {
    if (is_own_field(name.text)) {
      is_changed = true;
    } else {
      if (out.size() > 1) out.push_back(',');
      out.append(name.text).append(":").append(value.text);
    }
    at.take(',');
  }
  return is_changed ? out + "}" : std::string{object};
}

result<std::string> meta_from(const net::raw_json& meta, std::uint32_t bytes_max) {
  if (meta.text.front() != '{') return errc::invalid_payload;
  if (meta.text.size() > bytes_max) return errc::payload_too_large;
  return without_own_fields(meta.text);
}

}  // namespace

result<join_options> join_options_of(const payload& payload, std::uint32_t meta_bytes_max) {
  join_options out;
  if (!payload.is_object) return out;
  const auto json = payload.data.view();
  if (is_ambiguous(json)) return errc::invalid_payload;
  if (const auto resume = field_of(json, "resume")) {
    auto from = position_in(resume->text);
    if (!from) return from.failure();
    out.resume = std::move(*from);
  }
  if (const auto history = field_of(json, "history")) {
    const auto number = whole_number(history->text);
    if (!number) return errc::invalid_payload;
    // Clamping loses nothing, because no room holds that many events.
    constexpr std::uint64_t max = std::numeric_limits<std::uint32_t>::max();
    out.history = static_cast<std::uint32_t>(std::min(*number, max));
  }
  if (const auto meta = field_of(json, "meta")) {
    auto text = meta_from(*meta, meta_bytes_max);
    if (!text) return text.failure();
    out.meta = std::move(*text);
  }
  return out;
}

result<std::string> token_of(const payload& payload) {
  std::string out;
  if (!payload.is_object) return out;
  if (is_ambiguous(payload.data.view())) return errc::invalid_payload;
  for (const auto* key : {"token", "access_token"}) {
    const auto found = field_of(payload.data.view(), key);
    if (!found) continue;
    if (!found->is_string()) return errc::invalid_payload;
    out = net::json_unescaped(found->text.substr(1, found->text.size() - 2));
    if (!out.empty()) break;
  }
  return out;
}

result<std::string> meta_of(const payload& payload, std::uint32_t meta_bytes_max) {
  if (!payload.is_object || is_ambiguous(payload.data.view())) return errc::invalid_payload;
  const auto meta = field_of(payload.data.view(), "meta");
  if (!meta) return errc::invalid_payload;
  return meta_from(*meta, meta_bytes_max);
}

result<position> position_of(const payload& payload) {
  if (!payload.is_object) return errc::invalid_payload;
  return position_in(payload.data.view());
}

}  // namespace roost::actors
