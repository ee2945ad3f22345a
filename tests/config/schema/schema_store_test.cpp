// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_store.hpp"

#include <filesystem>

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

TEST_CASE("the path of the store is relative to the configuration file, and empty stays empty") {
  const auto got = load_text(R"({"store": {"path": "rooms", "sync": "interval"}})");
  CHECK(all_of(got) == "");
  CHECK(std::filesystem::path(got.values.store.path).is_absolute());
  CHECK(got.values.store.path.ends_with("/rooms"));
  CHECK(got.values.store.sync == store_sync::interval);
  CHECK(load_text("{}").values.store.path.empty());
  CHECK(load_text(R"({"store": {"path": "/var/lib/roost"}})").values.store.path ==
        "/var/lib/roost");
}
