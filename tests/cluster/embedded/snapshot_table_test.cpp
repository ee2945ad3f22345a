// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/snapshot_table.hpp"

#include <string>

#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::sequence;
using cluster::shard_id;
using cluster::snapshot_table;

constexpr shard_id room_shard{7};

}  // namespace

TEST_CASE("a snapshot that was rolled back leaves its sequence to the next one") {
  const tests::temporary_folder folder;
  const tests::open_file file(folder.path);
  snapshot_table rooms(*file.connection);
  file.connection->run("BEGIN");
  CHECK(rooms.put(room_shard, "a", {}, "lost").at == sequence{1});
  file.connection->run("ROLLBACK");
  CHECK(rooms.get(room_shard, {"a"}).up_to == sequence{});
  CHECK(rooms.put(room_shard, "b", {}, "state").at == sequence{1});
  CHECK(rooms.get(room_shard, {"a", "b"}).messages.size() == 1);
}

TEST_CASE("a replaced snapshot leaves no row behind") {
  const tests::temporary_folder folder;
  const tests::open_file file(folder.path);
  snapshot_table rooms(*file.connection);
  sequence last;
  for (int i = 0; i < 10; ++i) last = rooms.put(room_shard, "a", last, "state").at;
  CHECK(last == sequence{10});
  CHECK(file.connection->number("SELECT count(*) FROM snapshots") == 1);
}

TEST_CASE("a list without a maximum lists nothing and says that keys follow") {
  const tests::temporary_folder folder;
  const tests::open_file file(folder.path);
  snapshot_table rooms(*file.connection);
  CHECK(rooms.list(room_shard, "", 0, 0).is_end);
  rooms.put(room_shard, "a", {}, "state");
  CHECK_FALSE(rooms.list(room_shard, "", 0, 0).is_end);
  CHECK(rooms.list(room_shard, "", ~std::size_t{0}, ~std::size_t{0}).messages.size() == 1);
}

TEST_CASE("a snapshot that was changed in the file is reported as damaged") {
  const tests::temporary_folder folder;
  {
    const tests::open_file file(folder.path);
    snapshot_table rooms(*file.connection);
    rooms.put(room_shard, "a", {}, "an intact snapshot");
    rooms.put(room_shard, "b", {}, "a snapshot to damage");
    file.connection->checkpoint(true);
  }
  tests::overwrite_text(folder.file(), "to damage", "too");
  const tests::open_file file(folder.path);
  snapshot_table rooms(*file.connection);
  CHECK(rooms.get(room_shard, {"a"}).messages.size() == 1);
  CHECK_FALSE(file.connection->failed());
  (void)rooms.get(room_shard, {"b"});
  const auto why = file.connection->take_failure();
  REQUIRE(why);
  CHECK(why->why == "the snapshot b of shard 7 is damaged");
}
