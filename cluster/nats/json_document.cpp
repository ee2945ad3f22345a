// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/json_document.hpp"

#include <simdjson.h>

namespace roost::cluster {

struct json_document::parsed {
  /// Reads a part into `out`, which keeps its value if there is no such part of its type.
  template <class Value>
  bool get(std::string_view pointer, Value& out) const {
    return is_object && root.at_pointer(pointer).get(out) == simdjson::SUCCESS;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  bool is_object = false;
};

json_document::json_document(std::string_view json) : parsed_(std::make_unique<parsed>()) {
  auto& to = *parsed_;
  to.is_object = to.parser.parse(json.data(), json.size()).get(to.root) == simdjson::SUCCESS &&
                 to.root.is_object();
}

json_document::~json_document() = default;

bool json_document::is_object() const { return parsed_->is_object; }

bool json_document::has(std::string_view pointer) const {
  simdjson::dom::element found;
  return parsed_->get(pointer, found);
}

std::uint64_t json_document::number(std::string_view pointer) const {
  std::uint64_t out = 0;
  return parsed_->get(pointer, out) ? out : 0;
}

std::int64_t json_document::signed_number(std::string_view pointer) const {
  std::int64_t out = 0;
  return parsed_->get(pointer, out) ? out : 0;
}

bool json_document::flag(std::string_view pointer) const {
  bool out = false;
  return parsed_->get(pointer, out) && out;
}

std::string_view json_document::text(std::string_view pointer) const {
  std::string_view out;
  return parsed_->get(pointer, out) ? out : std::string_view{};
}

std::vector<std::string> json_document::keys(std::string_view pointer) const {
  std::vector<std::string> out;
  simdjson::dom::object found;
  if (!parsed_->get(pointer, found)) return out;
  for (const auto each : found) out.emplace_back(each.key);
  return out;
}

std::string json_document::raw(std::string_view pointer) const {
  simdjson::dom::element found;
  return parsed_->get(pointer, found) ? simdjson::minify(found) : std::string{};
}

}  // namespace roost::cluster
