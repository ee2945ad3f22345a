// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_builder.hpp"

#include <filesystem>
#include <string>

#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::sequence;
using cluster::shard_id;
using cluster::store_builder;

}  // namespace

TEST_CASE("a store that was built continues as the one that it was built from") {
  const tests::temporary_folder folder;
  {
    auto builder = store_builder::begin(folder.path);
    REQUIRE(builder);
    CHECK((*builder)->add_to_log(shard_id{1}, sequence{7}, "seven"));
    CHECK((*builder)->add_to_log(shard_id{1}, sequence{8}, "eight"));
    CHECK((*builder)->add_emptied_log(shard_id{2}, sequence{5}));
    CHECK((*builder)->add_snapshot(shard_id{1}, "a", sequence{3}, "snapshot"));
    CHECK_FALSE(std::filesystem::exists(folder.file()));
    CHECK((*builder)->finish(sequence{20}));
  }
  tests::open_file file(folder.path);
  REQUIRE(file.problem.empty());
  CHECK(file.folder.is_created());
  cluster::log_table logs(*file.connection);
  cluster::snapshot_table snapshots(*file.connection);
  CHECK(logs.state(shard_id{1}).first == sequence{7});
  CHECK(logs.append(shard_id{1}, sequence{8}, "nine").at == sequence{9});
  CHECK(logs.append(shard_id{2}, sequence{5}, "six").at == sequence{6});
  CHECK(snapshots.get(shard_id{1}, {"a"}).messages.at(0).at == sequence{3});
  CHECK(snapshots.put(shard_id{1}, "a", sequence{3}, "next").at == sequence{21});
  CHECK_FALSE(file.connection->failed());
}

TEST_CASE("a store that is not finished leaves no trace") {
  const tests::temporary_folder folder;
  {
    auto builder = store_builder::begin(folder.path);
    REQUIRE(builder);
    CHECK((*builder)->add_to_log(shard_id{1}, sequence{1}, "one"));
  }
  CHECK_FALSE(std::filesystem::exists(folder.path));
}

TEST_CASE("a message that the store cannot take fails the end") {
  const tests::temporary_folder folder;
  auto builder = store_builder::begin(folder.path);
  REQUIRE(builder);
  SECTION("twice") {
    CHECK((*builder)->add_snapshot(shard_id{1}, "a", sequence{3}, "x"));
    CHECK_FALSE((*builder)->add_snapshot(shard_id{1}, "b", sequence{3}, "x"));
  }
  SECTION("a sequence that is too great") {
    CHECK_FALSE((*builder)->add_to_log(shard_id{1}, sequence{1ULL << 44U}, "x"));
  }
  SECTION("a shard that is too great") {
    CHECK_FALSE((*builder)->add_to_log(shard_id{1U << 19U}, sequence{1}, "x"));
  }
  CHECK_FALSE((*builder)->finish(sequence{3}));
  CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("a folder whose parent is missing is refused by name") {
  const tests::temporary_folder folder;
  const auto path = folder.path + "/store";
  CHECK(store_builder::begin(path).failure().detail == path + ": No such file or directory");
}
