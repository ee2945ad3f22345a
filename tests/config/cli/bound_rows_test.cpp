// SPDX-License-Identifier: Apache-2.0
#include "config/cli/bound_rows.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "config/schema/schema.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("each row of the bounds page has a bound and says what happens above it") {
  std::set<std::string_view> subjects;
  for (const auto& group : bound_catalogue()) {
    CHECK_FALSE(group.title.empty());
    for (const auto& row : group.rows) {
      INFO(row.subject);
      CHECK(subjects.insert(row.subject).second);
      CHECK_FALSE((row.settings.empty() && row.note.empty()));
      CHECK_FALSE(row.over.empty());
    }
  }
}

TEST_CASE("the bounds page names only settings that exist") {
  const auto all = listed_settings();
  for (const auto& group : bound_catalogue()) {
    for (const auto& row : group.rows) {
      for (const auto& key : row.settings) {
        INFO(key);
        CHECK(std::ranges::any_of(all, [&](const listed_setting& one) {
          const auto& known = one.declaration.key;
          return known == key || known.starts_with(std::string{key} + ".");
        }));
      }
    }
  }
}

TEST_CASE("the bounds page lists every maximum in the section limits") {
  std::set<std::string_view> named;
  for (const auto& group : bound_catalogue()) {
    for (const auto& row : group.rows) named.insert(row.settings.begin(), row.settings.end());
  }
  for (const auto& one : listed_settings()) {
    const auto& key = one.declaration.key;
    if (!key.ends_with("_max") || !key.starts_with("limits.")) continue;
    INFO(key);
    CHECK(named.contains(key));
  }
}
