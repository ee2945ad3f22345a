// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_dialect.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "config/json_schema/payload_keywords.hpp"

namespace roost::payload_dialect {
namespace {

using json = nlohmann::json;
using payload_keywords::inner_schemas;

constexpr int depth_max = 64;
/// Limit of nested schemas that apply to the same value, because each is a level of recursion.
constexpr std::size_t checks_deep_max = 64;

/// Draft 7 ignores keywords beside $ref. They are refused, because their author expects them to be
/// checked.
std::string fault_beside_reference(const json& schema) {
  for (const auto& [key, ignored] : schema.items()) {
    if (payload_keywords::refuses_payloads(key)) {
      return key + " beside $ref is ignored by draft 7; put both into allOf";
    }
  }
  return {};
}

std::string fault_of(const json& schema, bool is_root) {
  for (const auto& [key, value] : schema.items()) {
    if (auto fault = payload_keywords::find_fault(key, value); !fault.empty()) return fault;
  }
  // A nested $id would change the base of the references inside of that schema.
  if (!is_root && schema.contains("$id")) return "$id is not supported inside a schema";
  return schema.contains("$ref") ? fault_beside_reference(schema) : "";
}

bool is_too_deep(const json& node, int left) {
  if (!node.is_structured()) return false;
  return left == 0 ||
         std::ranges::any_of(node, [&](const json& one) { return is_too_deep(one, left - 1); });
}

/// The nested schemas that apply to the same value as `schema`.
std::vector<const json*> same_value_schemas(const json& root, const json& schema) {
  if (!schema.is_object()) return {};
  if (schema.contains("$ref")) {
    return {target_of(root, schema["$ref"].get_ref<const std::string&>())};
  }
  constexpr std::array keywords{std::string_view{"/not"},   std::string_view{"/if"},
                                std::string_view{"/then"},  std::string_view{"/else"},
                                std::string_view{"/allOf"}, std::string_view{"/anyOf"},
                                std::string_view{"/oneOf"}, std::string_view{"/dependencies"}};
  std::vector<const json*> out;
  for (const auto& [path, inner] : inner_schemas(schema)) {
    const auto keyword = std::string_view{path}.substr(0, path.find('/', 1));
    if (std::ranges::find(keywords, keyword) != keywords.end()) out.push_back(inner);
  }
  return out;
}

/// Decodes percent-encoding (RFC 3986, section 2.1); invalid escapes stay unchanged.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const auto* const digits = text.data() + i + 1;
    const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                           std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    out += is_escape ? static_cast<char>(value) : text[i];
    if (is_escape) i += 2;
  }
  return out;
}

/// Measures how deeply the schemas nest that apply to one value, and refuses cycles.
class nesting {
 public:
  explicit nesting(const json& root) : root_(root) {}

  std::string fault_of(const json& schema) {
    height_of(schema);
    return fault_;
  }

 private:
  std::size_t height_of(const json& schema) {
    if (!fault_.empty()) return 0;
    if (const auto known = heights_.find(&schema); known != heights_.end()) return known->second;
    if (!open_.insert(&schema).second) return refuse("it refers to itself without end");
    if (open_.size() > checks_deep_max) return refuse("it needs more than 64 checks of one value");
    std::size_t height = 0;
    for (const auto* next : same_value_schemas(root_, schema))
      height = std::max(height, height_of(*next));
    open_.erase(&schema);
    if (++height > checks_deep_max) return refuse("it needs more than 64 checks of one value");
    return heights_[&schema] = height;
  }
  std::size_t refuse(const char* why) {
    if (fault_.empty()) fault_ = why;
    return 0;
  }

  const json& root_;
  std::set<const json*> open_;
  std::map<const json*, std::size_t> heights_;
  std::string fault_;
};

/// Visits every schema of a file from the outside in and keeps the first problem.
class inspection {
 public:
  explicit inspection(const json& root) : root_(root) {}

  std::string run() {
    if (!payload_keywords::is_schema(root_)) return "it must be an object, true or false";
    visit(root_, "");
    for (const auto& [schema, path] : schemas_) check_reference(*schema, path);
    nesting levels{root_};
    for (const auto& [schema, path] : schemas_) {
      if (fault_.empty()) add_fault(path, levels.fault_of(*schema));
    }
    return fault_;
  }

 private:
  void add_fault(const std::string& path, const std::string& fault) {
    if (fault_.empty() && !fault.empty()) fault_ = (path.empty() ? "/" : path) + ": " + fault;
  }
  void visit(const json& schema, const std::string& path) {
    schemas_.emplace_back(&schema, path);
    known_.insert(&schema);
    if (!schema.is_object()) return;
    add_fault(path, fault_of(schema, &schema == &root_));
    if (!fault_.empty()) return;
    for (const auto& [inner, child] : inner_schemas(schema)) visit(*child, path + inner);
  }
  /// A reference must lead to a schema, so that data is never read as a schema.
  void check_reference(const json& schema, const std::string& path) {
    const auto at = schema.is_object() ? schema.find("$ref") : schema.end();
    if (!fault_.empty() || at == schema.end()) return;
    const auto* const target =
        at->is_string() ? target_of(root_, at->get_ref<const std::string&>()) : nullptr;
    if (target && known_.contains(target)) return;
    add_fault(path, "$ref is " + at->dump() + ", must be # or refer to a schema in this file");
  }

  const json& root_;
  std::vector<std::pair<const json*, std::string>> schemas_;
  std::set<const json*> known_;
  std::string fault_;
};

}  // namespace

const json* target_of(const json& root, std::string_view reference) {
  if (!reference.starts_with('#')) return nullptr;
  try {
    const json::json_pointer pointer{percent_decoded(reference.substr(1))};
    return root.contains(pointer) ? &root.at(pointer) : nullptr;
  } catch (const json::exception&) {
    return nullptr;  // not a valid JSON pointer
  }
}

std::string find_fault(const json& schema) {
  if (is_too_deep(schema, depth_max)) return "it is nested deeper than 64 levels";
  return inspection{schema}.run();
}

}  // namespace roost::payload_dialect
