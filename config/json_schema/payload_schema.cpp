// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_schema.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "config/base/text_file.hpp"
#include "config/json_schema/payload_compiler.hpp"
#include "config/json_schema/payload_dialect.hpp"
#include "config/json_schema/payload_validator.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

constexpr std::size_t file_bytes_max = 1'048'576;

}  // namespace

result<payload_schema> payload_schema::parse(std::string_view text) {
  const auto tree = json::parse(text, nullptr, false);
  if (tree.is_discarded()) return error{errc::bad_setting, "is not JSON"};
  if (auto fault = payload_dialect::find_fault(tree); !fault.empty()) {
    return error{errc::bad_setting, "is not a supported schema: " + fault};
  }
  return payload_schema{std::make_shared<const payload_rules>(compile_payload_schema(tree))};
}

result<payload_schema> payload_schema::load(const std::string& file) {
  const auto text = read_text_file(file, file_bytes_max);
  if (!text) return text.failure();
  return parse(*text);
}

bool payload_schema::accepts(std::string_view payload) const {
  const auto tree = json::parse(payload, nullptr, false);
  return !tree.is_discarded() && satisfies(tree, *rules_);
}

}  // namespace roost
