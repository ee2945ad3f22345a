// SPDX-License-Identifier: Apache-2.0
#include "config/cli/reference_pages.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/base/error.hpp"
#include "config/schema/schema.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

std::string committed(const std::string& page) {
  std::ifstream in{ROOST_SOURCE_DIR "/docs/" + page};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("docs/settings.md is what `roost settings` prints") {
  CHECK(committed("settings.md") == reference_pages::settings_markdown());
}

TEST_CASE("docs/errors.md is what `roost docs errors` prints") {
  CHECK(committed("errors.md") == reference_pages::errors_markdown());
}

TEST_CASE("docs/metrics.md is what `roost docs metrics` prints") {
  CHECK(committed("metrics.md") == reference_pages::metrics_markdown());
}

TEST_CASE("docs/bounds.md is what `roost docs bounds` prints") {
  CHECK(committed("bounds.md") == reference_pages::bounds_markdown());
}

TEST_CASE("the settings page as JSON has every setting with all of its properties") {
  auto all = nlohmann::json::parse(reference_pages::settings_json());
  REQUIRE(all.size() == listed_settings().size());
  for (const auto& one : all) {
    INFO(one.dump());
    for (auto key : {"key", "meaning", "unit", "default", "bounds", "reloadable", "secret"}) {
      CHECK(one.contains(key));
    }
    if (one["secret"].get<bool>()) CHECK(one["default"] == "");
    CHECK(one.contains("file_key") == one["secret"].get<bool>());
  }
  auto port = std::ranges::find_if(all, [](const auto& s) { return s["key"] == "listen.port"; });
  REQUIRE(port != all.end());
  CHECK((*port)["default"] == 4000);
  CHECK((*port)["variable"] == "ROOST_LISTEN__PORT");
}

TEST_CASE("every error has a row in the errors page") {
  auto page = reference_pages::errors_markdown();
  for (const auto& row : error_catalogue()) {
    if (row.code == errc::none) continue;
    CHECK(page.find("`" + std::string{row.name} + "`") != std::string::npos);
  }
}
