#include "actors/room/payload_field.hpp"

#include "config/base/decimal.hpp"
#include "net/protocol/json_text.hpp"

namespace roost::actors {

namespace {

std::string_view inner_of(const net::raw_json& text) {
  return text.text.substr(1, text.text.size() - 2);
}

bool says(const net::raw_json& name, std::string_view key) {
  const auto inner = inner_of(name);
  if (inner.find('\\') == std::string_view::npos) return inner == key;
  return net::json_unescaped(inner) == key;
}

}  // namespace

std::optional<net::raw_json> raw_field(std::string_view json, std::string_view key) {
  net::json_cursor at{json};
  if (!at.take('{')) return std::nullopt;
  net::raw_json name;
  net::raw_json value;
  do {
    if (!at.sees('"') || !at.take_value(name)) return std::nullopt;
    if (!at.take(':') || !at.take_value(value)) return std::nullopt;
    if (says(name, key)) return value;
  } while (at.take(','));
  return std::nullopt;
}

std::optional<std::string> payload_field(std::string_view json, std::string_view key) {
  const auto found = raw_field(json, key);
  if (!found || found->text.empty()) return std::nullopt;
  if (found->is_string()) return "s" + net::json_unescaped(inner_of(*found));
  const char first = found->text.front();
  if (first == '{' || first == '[' || found->text == "null") return std::nullopt;
  return "n" + canonical_number(found->text);
}

}  // namespace roost::actors
