// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_pattern.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

/// The expected results come from Node: ecma_patterns.mjs runs the same table through RegExp with
/// flag u.
json table() {
  std::ifstream in{ROOST_SOURCE_DIR "/tests/config/json_schema/ecma_patterns.json"};
  return json::parse(in);
}

}  // namespace

TEST_CASE("a pattern matches the same strings as in ECMA 262") {
  const auto rows = table()["matches"];
  REQUIRE(rows.size() > 50);
  for (const auto& row : rows) {
    INFO(row["pattern"].dump());
    const auto made = ecma_pattern::compile(row["pattern"].get<std::string>());
    INFO((made ? "" : made.failure().detail));
    REQUIRE(made);
    for (const auto& text : row["found"]) {
      INFO(text.dump());
      CHECK(made->is_found_in(text.get<std::string>()));
    }
    for (const auto& text : row["missed"]) {
      INFO(text.dump());
      CHECK_FALSE(made->is_found_in(text.get<std::string>()));
    }
  }
}

TEST_CASE("a pattern that cannot be translated exactly is rejected with the reason") {
  const auto rows = table()["refused"];
  REQUIRE(rows.size() > 50);
  for (const auto& row : rows) {
    INFO(row["pattern"].dump());
    const auto made = ecma_pattern::compile(row["pattern"].get<std::string>());
    REQUIRE_FALSE(made);
    INFO(made.failure().detail);
    CHECK(made.failure().detail.find(row["why"].get<std::string>()) != std::string::npos);
  }
}

TEST_CASE("patterns that backtrack exponentially in other engines can be run on long strings") {
  for (auto dear : {"^(([a-z])+.)+[A-Z]([a-z])+$", "^(a+)+$", "^(a|a)*$", "^(a?){50}a{50}$"}) {
    INFO(dear);
    const auto made = ecma_pattern::compile(dear);
    REQUIRE(made);
    CHECK_FALSE(made->is_found_in(std::string(200'000, 'a') + "!"));
  }
  CHECK(ecma_pattern::compile("^.{1,1000}$")->is_found_in(std::string(1'000, 'a')));
  CHECK_FALSE(ecma_pattern::compile("^.{1,1000}$")->is_found_in(std::string(1'001, 'a')));
}

TEST_CASE("a pattern that needs too much memory is rejected") {
  const auto large = ecma_pattern::compile("^\\p{L}{1,1000}$");
  REQUIRE_FALSE(large);
  CHECK(large.failure().detail == "it needs too much memory; use maxLength to limit the length");
  CHECK(ecma_pattern::compile("^[\\p{L}\\p{M}' -]{1,64}$"));
  CHECK_FALSE(ecma_pattern::compile(std::string(300, '(') + std::string(300, ')')));
}
