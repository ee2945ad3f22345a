// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/payload_field.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <forward_list>
#include <span>
#include <string>
#include <vector>

#include "config/base/decimal.hpp"
#include "config/base/keyed_hash.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors {

namespace {

std::string_view inner_of(const net::raw_json& text) {
  return text.text.substr(1, text.text.size() - 2);
}

bool is_named(const net::raw_json& name, std::string_view key) {
  const auto inner = inner_of(name);
  if (inner.find('\\') == std::string_view::npos) return inner == key;
  return net::json_unescaped(inner) == key;
}

/// A stack of the keys of the objects that are open at the current position of the text.
/// Owns: the keys that had to be unescaped; the others are views of the text. Runs on: one thread.
/// Ends: with the check of one payload.
class open_keys {
 public:
  std::size_t size() const { return keys_.size(); }
  void add(std::string_view inner) {
    if (inner.find('\\') != std::string_view::npos) {
      inner = unescaped_.emplace_front(net::json_unescaped(inner));
    }
    keys_.push_back(inner);
  }
  /// Ends the object whose keys begin at `first`: removes its keys; returns whether two are equal.
  bool close(std::size_t first) {
    const std::span<const std::string_view> own{keys_.begin() + static_cast<std::ptrdiff_t>(first),
                                                keys_.end()};
    const bool out = own.size() <= few ? has_equal_of_few(own) : has_equal_of_many(own);
    keys_.resize(first);
    return out;
  }

 private:
  static constexpr std::size_t few = 16;
  static bool has_equal_of_few(std::span<const std::string_view> keys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      if (std::ranges::find(keys.first(i), keys[i]) !=
          keys.begin() + static_cast<std::ptrdiff_t>(i)) {
        return true;
      }
    }
    return false;
  }
  static bool has_equal_of_many(std::span<const std::string_view> keys) {
    boost::unordered_flat_set<std::string_view, keyed_hash> seen;
    seen.reserve(keys.size());
    return std::ranges::any_of(keys, [&](auto key) { return !seen.insert(key).second; });
  }

  std::vector<std::string_view> keys_;
  std::forward_list<std::string> unescaped_;
};

bool has_equal_top_keys(std::string_view json) {
  net::json_cursor at{json};
  if (!at.take('{')) return false;
  open_keys keys;
  net::raw_json name;
  net::raw_json value;
  while (at.sees('"') && at.take_value(name) && at.take(':') && at.take_value(value)) {
    keys.add(inner_of(name));
    if (!at.take(',')) break;
  }
  return keys.close(0);
}

}  // namespace

bool has_equal_keys(std::string_view json, key_scope scope) {
  if (scope == key_scope::top_level) return has_equal_top_keys(json);
  constexpr auto is_array = static_cast<std::size_t>(-1);
  std::vector<std::size_t> open;  // for each open object the index of its first key
  open_keys keys;
  net::json_cursor at{json};
  net::raw_json value;
  bool expects_key = false;
  while (!at.is_at_end()) {
    if (at.take('{')) {
      open.push_back(keys.size());
      expects_key = true;
    } else if (at.take('[')) {
      open.push_back(is_array);
      expects_key = false;
    } else if (at.take('}') || at.take(']')) {
      if (open.empty()) return false;  // no JSON
      const auto first = open.back();
      open.pop_back();
      if (first != is_array && keys.close(first)) return true;
      expects_key = false;
    } else if (at.take(',')) {
      expects_key = !open.empty() && open.back() != is_array;
    } else if (at.take(':')) {
      expects_key = false;
    } else if (!at.take_value(value)) {
      return false;  // no JSON
    } else if (expects_key && value.is_string()) {
      keys.add(inner_of(value));
    }
  }
  return false;
}

std::optional<net::raw_json> raw_field(std::string_view json, std::string_view key) {
  net::json_cursor at{json};
  if (!at.take('{')) return std::nullopt;
  net::raw_json name;
  net::raw_json value;
  do {
    if (!at.sees('"') || !at.take_value(name)) return std::nullopt;
    if (!at.take(':') || !at.take_value(value)) return std::nullopt;
    if (is_named(name, key)) return value;
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
