// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_source.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::sequence;
using cluster::shard_id;
using cluster::store_source;
using cluster::stored_row;

/// Shard 1 holds the messages 3 to 5 of its log, shard 2 had two, and shard 1 has two snapshots.
void fill_two_shards(const std::string& path) {
  tests::open_file file(path);
  cluster::log_table logs(*file.connection);
  cluster::snapshot_table snapshots(*file.connection);
  for (std::uint64_t at = 0; at < 5; ++at) logs.append(shard_id{1}, sequence{at}, "message");
  for (std::uint64_t at = 0; at < 2; ++at) logs.append(shard_id{2}, sequence{at}, "other");
  logs.purge(shard_id{1}, sequence{3});
  logs.purge(shard_id{2}, sequence{3});
  snapshots.put(shard_id{1}, "b", {}, "snapshot b");
  snapshots.put(shard_id{1}, "a", {}, "snapshot a");
  snapshots.put(shard_id{1}, "c", {}, "snapshot c");
  snapshots.remove(shard_id{1}, "c", sequence{3});
  REQUIRE_FALSE(file.connection->failed());
}

std::string text_of(const stored_row& row) {
  return std::to_string(row.at.value) + "/" + std::string(row.key) + "/" +
         std::string(row.message) + (row.is_intact ? "" : "/damaged");
}

}  // namespace

TEST_CASE("a source reads every row of a shard in order") {
  const tests::temporary_folder folder;
  fill_two_shards(folder.path);
  const auto source = store_source::open(folder.path);
  REQUIRE(source);
  std::vector<std::string> got;
  const auto keep = [&](const stored_row& row) {
    got.push_back(text_of(row));
    return true;
  };
  (*source)->read_log(shard_id{1}, keep);
  (*source)->read_snapshots(shard_id{1}, keep);
  (*source)->read_snapshot(shard_id{1}, "b", keep);
  (*source)->read_snapshot(shard_id{2}, "b", keep);
  CHECK(got == std::vector<std::string>{"3//message", "4//message", "5//message", "2/a/snapshot a",
                                        "1/b/snapshot b", "1/b/snapshot b"});
  CHECK((*source)->extent_of(shard_id{1}).first == sequence{3});
  CHECK((*source)->extent_of(shard_id{1}).last == sequence{5});
  CHECK((*source)->extent_of(shard_id{2}).first == sequence{3});
  CHECK((*source)->extent_of(shard_id{2}).last == sequence{2});
  CHECK((*source)->extent_of(shard_id{0}).first == sequence{1});
  CHECK((*source)->last_snapshot() == sequence{3});
  CHECK((*source)->rows_outside(3) == 0);
  CHECK((*source)->rows_outside(2) == 1);
  CHECK((*source)->rows_outside(1) == 6);
  CHECK((*source)->damage().empty());
  CHECK((*source)->file_bytes() == std::filesystem::file_size(folder.file()));
  CHECK_FALSE((*source)->take_failure());
}

TEST_CASE("a reader that wants no more gets no more") {
  const tests::temporary_folder folder;
  fill_two_shards(folder.path);
  const auto source = store_source::open(folder.path);
  REQUIRE(source);
  int calls = 0;
  const auto stop = [&](const stored_row&) { return ++calls, false; };
  (*source)->read_log(shard_id{1}, stop);
  (*source)->read_snapshots(shard_id{1}, stop);
  CHECK(calls == 2);
}

TEST_CASE("a row with a wrong checksum is shown as damaged") {
  const tests::temporary_folder folder;
  fill_two_shards(folder.path);
  tests::overwrite_text(folder.file(), "snapshot a", "snapshot z");
  const auto source = store_source::open(folder.path);
  REQUIRE(source);
  (*source)->read_snapshot(shard_id{1}, "a", [](const stored_row& row) {
    CHECK(text_of(row) == "2/a/snapshot z/damaged");
    return true;
  });
}

TEST_CASE("a source opens a store in a folder that nobody may write, under any name") {
  const tests::temporary_folder folder;
  fill_two_shards(folder.path);
  const auto odd = folder.path + " 50%?#x";
  std::filesystem::rename(folder.path, odd);
  std::filesystem::permissions(
      odd, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto source = store_source::open(odd);
  CHECK((source ? "" : source.failure().detail) == "");
  std::filesystem::permissions(odd, std::filesystem::perms::owner_all);
  std::filesystem::remove_all(odd);
}

TEST_CASE("a source creates nothing where no store is") {
  const tests::temporary_folder folder;
  CHECK(store_source::open(folder.path).failure().detail ==
        folder.file() + ": No such file or directory");
  CHECK_FALSE(std::filesystem::exists(folder.path));
}

TEST_CASE("a copy of the file alone, without the lock file, is opened") {
  const tests::temporary_folder folder;
  fill_two_shards(folder.path);
  std::filesystem::remove(folder.path + "/lock");
  CHECK(store_source::open(folder.path));
  CHECK_FALSE(std::filesystem::exists(folder.path + "/lock"));
}
