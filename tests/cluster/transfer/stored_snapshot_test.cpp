// SPDX-License-Identifier: Apache-2.0
// Checking and moving stores with snapshots in parts.
#include "cluster/transfer/stored_snapshot.hpp"

#include <map>

#include "cluster/transfer/check_store.hpp"
#include "cluster/transfer/export_format.hpp"
#include "tests/cluster/transfer/transfer_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// The snapshots of an export, by shard and key.
std::map<std::pair<std::uint32_t, std::string>, std::string> snapshots_of(std::string_view bytes) {
  std::map<std::pair<std::uint32_t, std::string>, std::string> out;
  cluster::export_decoder decoder;
  decoder.take(bytes);
  std::uint32_t shard = 0;
  while (const auto part = decoder.next()) {
    if (const auto* next = std::get_if<cluster::export_parts::shard>(&*part))
      shard = next->id.value;
    const auto* found = std::get_if<cluster::export_parts::snapshot>(&*part);
    if (found) out[{shard, found->key}] = found->data.view();
  }
  CHECK(decoder.end());
  return out;
}

std::uint64_t parts_in(const cluster::store_check& checked) {
  std::uint64_t out = 0;
  for (const auto& each : checked.shards) out += each.parts;
  return out;
}
std::uint64_t orphans_in(const cluster::store_check& checked) {
  std::uint64_t out = 0;
  for (const auto& each : checked.shards) out += each.orphaned_parts;
  return out;
}

/// The only finding of a check; the export fails for the same reason.
std::string only_finding(const std::string& folder) {
  const auto checked = cluster::check_store(folder);
  REQUIRE(checked);
  REQUIRE(checked->found.count() == 1);
  const auto text = checked->found.all().front().text;
  std::string bytes;
  const auto done = export_into(bytes, folder);
  REQUIRE_FALSE(done);
  CHECK(done.failure().code == errc::store_damaged);
  CHECK(says(done.failure().detail, text));
  return text;
}

const auto one_part = "(SELECT min(sequence) FROM snapshots WHERE instr(key, x'2E') > 0)";

}  // namespace

TEST_CASE("a store that was imported in parts is sound, and its export has whole snapshots") {
  std::uint64_t parts = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const temporary_folder first;
    const temporary_folder second;
    const temporary_folder third;
    make_store(first.path, seed);
    const auto bytes = exported(first.path);
    import_in_parts(bytes, second.path);
    const auto checked = cluster::check_store(second.path);
    INFO("seed " << seed);
    REQUIRE(checked);
    REQUIRE(checked->found.count() == 0);
    CHECK(orphans_in(*checked) == 0);
    parts += parts_in(*checked);
    const auto again = exported(second.path);
    REQUIRE(snapshots_of(again) == snapshots_of(bytes));
    REQUIRE(import_from(again, third.path));
    REQUIRE(exported(third.path) == again);
    CHECK(problem_of(second.path).empty());
  }
  CHECK(parts > 100);
}

TEST_CASE("a part that no snapshot names is counted, is no problem, and is not exported") {
  const temporary_folder folder;
  make_store(folder.path, 3);
  const auto before = exported(folder.path);
  {
    open_file file(folder.path);
    cluster::snapshot_table snapshots(*file.connection);
    snapshots.put_part(cluster::shard_id{0}, "room:1.5-1.0", "left behind");
  }
  const auto checked = cluster::check_store(folder.path);
  REQUIRE(checked);
  CHECK(checked->found.count() == 0);
  CHECK(orphans_in(*checked) == 1);
  CHECK(parts_in(*checked) == 0);
  CHECK(snapshots_of(exported(folder.path)) == snapshots_of(before));
}

TEST_CASE("a part that is missing or damaged is found, and such a store is not exported") {
  const temporary_folder source;
  const temporary_folder folder;
  make_store(source.path, 6, 60);
  import_in_parts(exported(source.path), folder.path);
  const auto change = [&](const std::string& sql) { run_sql(folder.path, sql.c_str()); };
  SECTION("missing") {
    change(std::string("DELETE FROM snapshots WHERE sequence = ") + one_part);
    CHECK(says(only_finding(folder.path), " is missing"));
  }
  SECTION("damaged") {
    change(std::string("UPDATE snapshots SET checksum = checksum + 1 WHERE sequence = ") +
           one_part);
    CHECK(says(only_finding(folder.path), " is damaged: its checksum is wrong"));
  }
  SECTION("changed") {
    change(std::string("UPDATE snapshots SET message = x'00' WHERE sequence = ") + one_part);
    change(std::string("UPDATE snapshots SET checksum = ") +
           std::to_string(cluster::checksum_of(std::string_view("\0", 1))) +
           " WHERE sequence = " + one_part);
    CHECK(says(only_finding(folder.path), "its parts are not those that it names"));
  }
}

TEST_CASE("an import stores a snapshot in parts only above the size of a message") {
  const temporary_folder source;
  const temporary_folder folder;
  make_store(source.path, 6, 60);
  const auto bytes = exported(source.path);
  std::size_t largest = 0;
  const auto all = snapshots_of(bytes);
  for (const auto& [key, message] : all) {
    largest = std::max(largest, message.size());
  }
  SECTION("not above it") {
    import_in_parts(bytes, folder.path, largest);
    CHECK(exported(folder.path) == bytes);
  }
  SECTION("above it") {
    import_in_parts(bytes, folder.path, largest - 1);
    CHECK(parts_in(*cluster::check_store(folder.path)) >= 2);
  }
}
