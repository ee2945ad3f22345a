// SPDX-License-Identifier: Apache-2.0
#include "actors/node/store_text.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using cluster::sequence;
using cluster::shard_id;

namespace {

cluster::store_check two_shards() {
  cluster::store_check out;
  out.version = 1;
  out.file_bytes = 8192;
  out.identity = cluster::store_identity{1, 2, {3, 4}};
  out.shards = {{shard_id{0}, 2, 5, 1, 100, 20, sequence{3}, sequence{9}, 1'700'000'000'999},
                {shard_id{1}, 0, 0, 0, 0, 0, sequence{1}, sequence{0}, {}}};
  out.shards[0].parts = 4;
  return out;
}

}  // namespace

TEST_CASE("a check is printed with a line for each shard") {
  const auto checked = two_shards();
  CHECK(actors::table_text("/data", checked) ==
        "/data: version 1, 2 shards, 8192 bytes\n"
        "shard     rooms    records         bytes  last sequence  oldest record\n"
        "    0         2          5           120              9  2023-11-14T22:13:20Z\n"
        "    1         0          0             0              0  -\n");
  CHECK(actors::findings_text(checked).empty());
  CHECK(actors::summary_text("/data", checked) ==
        "/data: 2 rooms, 5 records, 1 snapshot: no problems\n");
}

TEST_CASE("orphaned parts are told, and are no problem") {
  auto checked = two_shards();
  checked.shards[1].orphaned_parts = 2;
  CHECK(actors::summary_text("/data", checked) ==
        "/data: 2 rooms, 5 records, 1 snapshot, 2 orphaned parts: no problems\n");
}

TEST_CASE("a store without an identity is printed without shards") {
  cluster::store_check checked;
  checked.version = 1;
  CHECK(actors::table_text("/data", checked) == "/data: version 1, 0 bytes\n");
}

TEST_CASE("each finding is a line that begins with its place") {
  auto checked = two_shards();
  checked.found.add({{}, {}, {}, {}, "too short"});
  checked.found.add({shard_id{1}, sequence{7}, {}, "room:1", "old"});
  checked.found.add({shard_id{0}, {}, "room=2E", "room.", "new"});
  CHECK(actors::findings_text(checked) ==
        "file: too short\n"
        "shard 1, sequence 7, room room:1: old\n"
        "shard 0, snapshot room=2E, room room.: new\n");
  CHECK(actors::summary_text("/data", checked) ==
        "/data: 2 rooms, 5 records, 1 snapshot: 3 problems\n");
  for (int i = 0; i < 99; ++i) checked.found.add({{}, {}, {}, {}, "?"});
  CHECK(actors::findings_text(checked).ends_with("file: ?\nand 2 more\n"));
}

TEST_CASE("a check as JSON has everything, also with a damaged key") {
  auto checked = two_shards();
  checked.found.add({shard_id{1}, sequence{7}, "\xff", "room:1", "old"});
  const auto text = actors::json_text("/data", checked);
  CHECK(text.ends_with("}\n"));
  const auto json = nlohmann::json::parse(text);
  CHECK(json["path"] == "/data");
  CHECK(json["version"] == 1);
  CHECK(json["file_bytes"] == 8192);
  CHECK(json["shards"][0] ==
        nlohmann::json::parse(R"({"shard":0,"rooms":2,"records":5,"snapshots":1,
          "snapshot_parts":4,"orphaned_parts":0,"log_bytes":100,
          "snapshot_bytes":20,"first_sequence":3,"last_sequence":9,
          "oldest_record_ms":1700000000999})"));
  CHECK(json["shards"][1]["oldest_record_ms"].is_null());
  CHECK(json["problems_count"] == 1);
  CHECK(json["problems"][0] == nlohmann::json::parse(R"({"shard":1,"sequence":7,
          "snapshot":"\ufffd","room":"room:1","problem":"old"})"));
}

TEST_CASE("an export says what it has written") {
  CHECK(
      actors::transfer_text("exported", {8, 1, 20, 333}, "/data", "copy") ==
      "roost: exported 8 shards, 1 log message and 20 snapshots (333 bytes) from /data to copy\n");
}
