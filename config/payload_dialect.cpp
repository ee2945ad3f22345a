#include "config/payload_dialect.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

namespace roost::payload_dialect {
namespace {

using json = nlohmann::json;
using texts = std::initializer_list<std::string_view>;

constexpr std::int64_t unique_items_max = 1'000;
constexpr int depth_max = 64;

/// Keywords whose values are objects with a schema a key.
constexpr std::array maps{std::string_view{"properties"}, std::string_view{"definitions"},
                          std::string_view{"$defs"}, std::string_view{"dependencies"}};
/// Keywords whose values are data.
constexpr std::array data{std::string_view{"enum"}, std::string_view{"const"},
                          std::string_view{"default"}, std::string_view{"examples"}};
/// Keywords that nobody here checks: a schema that relies on them would let through too much.
constexpr std::array unchecked{
    std::string_view{"patternProperties"}, std::string_view{"format"},
    std::string_view{"dependentRequired"}, std::string_view{"dependentSchemas"},
    std::string_view{"unevaluatedItems"},  std::string_view{"unevaluatedProperties"},
    std::string_view{"prefixItems"},       std::string_view{"minContains"},
    std::string_view{"maxContains"},       std::string_view{"$dynamicRef"},
    std::string_view{"$recursiveRef"},     std::string_view{pattern},
    std::string_view{length_min},          std::string_view{length_max},
};

template <class List>
bool is_in(const List& list, std::string_view key) {
  return std::ranges::find(list, key) != std::ranges::end(list);
}

/// Calls `visit` with every schema that is an object, and its place, from the outside in. Objects
/// that only hold schemas, whatever they are called, count as schemas.
template <class Json, class Visit>
void each_schema(Json& node, const std::string& place, bool is_map, const Visit& visit) {
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      each_schema(node[i], place + "/" + std::to_string(i), false, visit);
    }
  }
  if (!node.is_object()) return;
  if (!is_map) visit(node, place);
  for (auto& [key, child] : node.items()) {
    if (!is_map && is_in(data, key)) continue;
    each_schema(child, place + "/" + key, !is_map && is_in(maps, key), visit);
  }
}

bool is_too_deep(const json& node, int left) {
  if (!node.is_structured()) return false;
  return left == 0 ||
         std::ranges::any_of(node, [&](const json& one) { return is_too_deep(one, left - 1); });
}

/// Only the whole schema and its definitions can be meant, so that data is never read as a schema.
const json* target_of(const json& root, const std::string& reference) {
  if (reference == "#") return &root;
  for (std::string section : {"definitions", "$defs"}) {
    auto prefix = "#/" + section + "/";
    if (!reference.starts_with(prefix) || !root.contains(section)) continue;
    auto name = reference.substr(prefix.size());
    if (name.find_first_of("/~%") != std::string_view::npos || !root[section].is_object())
      return nullptr;
    auto found = root[section].find(name);
    return found == root[section].end() ? nullptr : &*found;
  }
  return nullptr;
}

/// The schemas that hold for the same value as `node`.
std::vector<const json*> beside(const json& root, const json& node) {
  std::vector<const json*> out;
  if (!node.is_object()) return out;
  if (auto at = node.find("$ref"); at != node.end() && at->is_string()) {
    if (auto target = target_of(root, *at)) out.push_back(target);
  }
  for (auto key : texts{"not", "if", "then", "else"}) {
    if (auto at = node.find(key); at != node.end()) out.push_back(&*at);
  }
  for (auto key : texts{"allOf", "anyOf", "oneOf", "dependencies"}) {
    auto at = node.find(key);
    if (at == node.end() || !at->is_structured()) continue;
    for (const auto& one : *at) out.push_back(&one);
  }
  return out;
}

/// Whether a value would be held against one schema again and again, for ever.
class circle_search {
 public:
  explicit circle_search(const json& root) : root_(root) {}
  bool finds(const json& node) {
    if (open_.contains(&node)) return true;
    if (!done_.insert(&node).second) return false;
    open_.insert(&node);
    auto next = beside(root_, node);
    bool found = std::ranges::any_of(next, [&](const json* one) { return finds(*one); });
    open_.erase(&node);
    return found;
  }

 private:
  const json& root_;
  std::set<const json*> open_;
  std::set<const json*> done_;
};

std::string fault_of(const json& root, const json& schema) {
  for (const auto& [key, ignored] : schema.items()) {
    if (is_in(unchecked, key)) return "the keyword " + key + " is not supported";
  }
  if (auto at = schema.find("$ref"); at != schema.end()) {
    if (!at->is_string() || !target_of(root, *at)) {
      return "$ref is " + at->dump() + ", must be # or lead to a name in definitions or $defs";
    }
  }
  if (auto at = schema.find("multipleOf"); at != schema.end()) {
    bool fits = at->is_number() && at->get<double>() > 0;
    if (!fits) return "multipleOf is " + at->dump() + ", must be above 0";
  }
  if (schema.value("uniqueItems", json(false)) == true) {
    auto at = schema.find("maxItems");
    bool fits = at != schema.end() && at->is_number_unsigned() &&
                at->get<std::uint64_t>() <= unique_items_max;
    if (!fits) return "uniqueItems needs maxItems of at most 1000 beside it";
  }
  return {};
}

}  // namespace

std::string find_fault(const json& schema) {
  if (is_too_deep(schema, depth_max)) return "it is deeper than 64";
  std::string fault;
  circle_search circles{schema};
  each_schema(schema, "", false, [&](const json& one, const std::string& place) {
    if (!fault.empty()) return;
    auto found = fault_of(schema, one);
    if (found.empty() && circles.finds(one)) found = "it leads to itself without end";
    if (!found.empty()) fault = (place.empty() ? "/" : place) + ": " + found;
  });
  return fault;
}

void rename_text_rules(json& schema) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"pattern", pattern}, {"minLength", length_min}, {"maxLength", length_max}};
  each_schema(schema, "", false, [&](json& one, const std::string&) {
    for (const auto& [before, after] : names) {
      auto at = one.find(before);
      if (at == one.end() || at->is_structured()) continue;  // the name of a schema
      auto rule = std::move(*at);
      one.erase(at);
      one[std::string{after}] = std::move(rule);
    }
    if (auto at = one.find("id"); at != one.end() && at->is_string()) one.erase(at);
  });
}

}  // namespace roost::payload_dialect
