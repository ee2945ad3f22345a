// SPDX-License-Identifier: Apache-2.0
#include "config/schema/setting_choices.hpp"

#include "config/schema/schema.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

TEMPLATE_TEST_CASE("each value of a choice is converted to its text and back", "", log_level,
                   log_format, token_use, room_kind, room_durability, presence_mode, over_limit,
                   store_sync) {
  for (std::size_t i = 0; i < choice_names<TestType>::all.size(); ++i) {
    const auto value = static_cast<TestType>(i);
    CHECK(choice_of<TestType>(name_of(value)) == value);
    const nlohmann::json json = value;
    CHECK(json == std::string{name_of(value)});
    CHECK(json.get<TestType>() == value);
  }
  CHECK_FALSE(choice_of<TestType>("nothing"));
  CHECK_FALSE(choice_of<TestType>(""));
}

TEST_CASE("choices have the names that the settings page shows") {
  CHECK(name_of(log_level::warning) == "warning");
  CHECK(name_of(log_format::text) == "text");
  CHECK(name_of(token_use::required) == "required");
  CHECK(name_of(room_kind::relay) == "relay");
  CHECK(name_of(room_durability::memory) == "memory");
  CHECK(name_of(presence_mode::off) == "off");
  CHECK(name_of(over_limit::evict_oldest) == "evict_oldest");
  CHECK(name_of(store_sync::interval) == "interval");
}
