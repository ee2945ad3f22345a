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

TEST_CASE("the settings of the logs are loaded into their fields") {
  const auto got =
      load_text(R"({"cluster": {"shards": 3, "log_age_ms": 2000, "log_bytes_max": 5000000000,
                       "commit_timeout_ms": 100, "retention_ms": 0},
           "rooms": [{"snapshot_ms": 250}]})");
  CHECK(all_of(got) == "");
  CHECK(got.values.cluster.shards == 3);
  CHECK(got.values.cluster.log_age_ms == 2'000);
  CHECK(got.values.cluster.log_bytes_max == 5'000'000'000);
  CHECK(got.values.cluster.commit_timeout_ms == 100);
  CHECK(got.values.cluster.retention_ms == 0);
  CHECK(got.values.rooms[0].snapshot_ms == 250);
}

TEST_CASE("a setting of the logs that is out of its bounds is refused") {
  const auto fault = [](const std::string& text) {
    return all_of(load_text(R"({"cluster": {)" + text + "}}"));
  };
  CHECK(fault(R"("shards": 0)").starts_with("cluster.shards: is 0, must be"));
  CHECK(fault(R"("shards": 257)").starts_with("cluster.shards: is 257"));
  CHECK(fault(R"("log_age_ms": 99)").starts_with("cluster.log_age_ms: is 99"));
  CHECK(fault(R"("log_age_ms": 604800001)").starts_with("cluster.log_age_ms: is 604800001"));
  CHECK(fault(R"("log_bytes_max": 1048575)").starts_with("cluster.log_bytes_max: is 1048575"));
  CHECK(fault(R"("log_bytes_max": 1099511627777)").starts_with("cluster.log_bytes_max: is 1099"));
  CHECK(fault(R"("commit_timeout_ms": 99)").starts_with("cluster.commit_timeout_ms: is 99"));
  CHECK(fault(R"("retention_ms": -1)").starts_with("cluster.retention_ms: is -1"));
  CHECK(fault(R"("commit_timeout_ms": 600001)").starts_with("cluster.commit_timeout_ms: is 6000"));
  const auto room = [](const std::string& text) {
    return all_of(load_text(R"({"rooms": [{)" + text + "}]}"));
  };
  CHECK(room(R"("snapshot_ms": 9)").starts_with("rooms[0].snapshot_ms: is 9, must be"));
  CHECK(room(R"("snapshot_ms": 3600001)").starts_with("rooms[0].snapshot_ms: is 3600001"));
}
