// SPDX-License-Identifier: Apache-2.0
#include "config/cli/stored_bound_rows.hpp"

#include <algorithm>
#include <string>

#include "config/schema/schema.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("the bounds of the cluster name each of its maximum sizes") {
  const auto is_named = [](const std::string& key) {
    for (const auto& group : {bounds_of_store(), bounds_of_cluster()}) {
      for (const auto& row : group.rows) {
        if (std::ranges::find(row.settings, key) != row.settings.end()) return true;
      }
    }
    return false;
  };
  for (const auto& each : listed_settings()) {
    const auto& key = each.declaration.key;
    if (!key.starts_with("cluster.") || !key.ends_with("_max")) continue;
    INFO(key);
    CHECK(is_named(key));
  }
}
