// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/check_store.hpp"

#include "tests/cluster/transfer/transfer_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// The first finding, or the failure; empty: the store is sound.
std::string first_finding(const std::string& folder) {
  const auto checked = cluster::check_store(folder);
  if (!checked) return checked.failure().detail;
  if (checked->found.all().empty()) return {};
  return checked->found.all().front().text;
}

}  // namespace

TEST_CASE("random sound stores have no finding, and neither have their imports") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const temporary_folder folder;
    const auto identity = make_store(folder.path, seed, 60);
    const auto checked = cluster::check_store(folder.path);
    INFO("seed " << seed << ": " << first_finding(folder.path));
    REQUIRE(checked);
    REQUIRE(checked->found.count() == 0);
    CHECK(checked->shards.size() == identity.shards);
    CHECK(checked->identity->key == identity.key);
    const temporary_folder copy;
    REQUIRE(import_from(exported(folder.path), copy.path));
    REQUIRE(first_finding(copy.path) == "");
  }
}

TEST_CASE("a check changes nothing, also in a store that a killed node left") {
  const temporary_folder running;
  const temporary_folder killed;
  std::filesystem::create_directory(killed.path);
  store_maker maker(running.path, 5);
  maker.fill();
  for (const auto* name : {"roost.db", "roost.db-wal", "lock"}) {
    std::filesystem::copy_file(running.path + "/" + name, killed.path + "/" + name);
  }
  const auto file = bytes_of_file(killed.file());
  const auto wal = bytes_of_file(killed.file() + "-wal");
  CHECK(first_finding(killed.path) == "");
  CHECK(bytes_of_file(killed.file()) == file);
  CHECK(bytes_of_file(killed.file() + "-wal") == wal);
}

TEST_CASE("a file that lacks its last byte is found") {
  const temporary_folder folder;
  make_store(folder.path, 6);
  std::filesystem::resize_file(folder.file(), std::filesystem::file_size(folder.file()) - 1);
  const auto checked = cluster::check_store(folder.path);
  REQUIRE(checked);
  bool is_found = false;
  for (const auto& each : checked->found.all()) {
    is_found |= each.text.starts_with("the file was cut off: it lacks 1 of ");
  }
  CHECK(is_found);
}

TEST_CASE("a file that lacks its last byte is found although a killed node left a WAL file") {
  const temporary_folder running;
  const temporary_folder killed;
  std::filesystem::create_directory(killed.path);
  make_store(running.path, 6);
  open_file node(running.path);
  // SQLite writes no page that does not change.
  node.connection->run("UPDATE snapshots SET checksum = checksum + 1");
  node.connection->run("UPDATE snapshots SET checksum = checksum - 1");
  REQUIRE_FALSE(node.connection->failed());
  for (const auto* name : {"roost.db", "roost.db-wal", "lock"}) {
    std::filesystem::copy_file(running.path + "/" + name, killed.path + "/" + name);
  }
  CHECK(std::filesystem::file_size(killed.file() + "-wal") > 0);
  CHECK(first_finding(killed.path).empty());
  std::filesystem::resize_file(killed.file(), std::filesystem::file_size(killed.file()) - 1);
  CHECK(says(first_finding(killed.path), "the file was cut off: it lacks 1 of "));
}

TEST_CASE("a file that was cut off anywhere is found") {
  const temporary_folder folder;
  make_store(folder.path, 6);
  const auto size = std::filesystem::file_size(folder.file());
  for (auto left = size - 1; left > 1'300; left -= 1'300) {
    std::filesystem::resize_file(folder.file(), left);
    INFO(left << " of " << size << " bytes");
    REQUIRE_FALSE(first_finding(folder.path).empty());
  }
}

TEST_CASE("damage in a row, a lost row and a foreign row are found") {
  const temporary_folder folder;
  make_store(folder.path, 2);
  SECTION("a message") {
    run_sql(folder.path, "UPDATE log SET checksum = 1 WHERE id = (SELECT min(id) FROM log)");
    CHECK(first_finding(folder.path) == "the message is damaged: its checksum is wrong");
  }
  SECTION("a snapshot") {
    run_sql(folder.path, "UPDATE snapshots SET checksum = 1 WHERE key = x'24'");
    CHECK(first_finding(folder.path) == "the message is damaged: its checksum is wrong");
  }
  SECTION("the identity") {
    run_sql(folder.path, "UPDATE snapshots SET checksum = 1 WHERE key = CAST('$store' AS BLOB)");
    CHECK(first_finding(folder.path) == "its identity is damaged: no room of it can be found");
  }
  SECTION("no identity") {
    run_sql(folder.path, "DELETE FROM snapshots WHERE key = CAST('$store' AS BLOB)");
    CHECK(first_finding(folder.path) == "its identity is missing: no room of it can be found");
  }
  SECTION("a lost message") {
    run_sql(folder.path, "DELETE FROM log WHERE id = (SELECT max(id) - 1 FROM log)");
    CHECK(says(first_finding(folder.path), "before it is missing"));
  }
  SECTION("a foreign shard") {
    run_sql(folder.path, "INSERT INTO emptied_logs VALUES (77, 1)");
    CHECK(first_finding(folder.path) == "it has 1 messages that belong to no shard");
  }
}

TEST_CASE("a damaged page is found in every part of the file") {
  const temporary_folder folder;
  make_store(folder.path, 6, 60);
  const auto intact = bytes_of_file(folder.file());
  for (std::uint64_t page = 0; page < intact.size() / 4096; ++page) {
    overwrite(folder.file(), page * 4096 + 5, std::string(40, '\x13'));
    INFO("page " << page);
    CHECK_FALSE(first_finding(folder.path).empty());
    overwrite(folder.file(), 0, intact);
  }
  CHECK(first_finding(folder.path) == "");
}

TEST_CASE("a store that is missing, in use, of a newer version or no store is told apart") {
  const temporary_folder folder;
  CHECK(cluster::check_store(folder.path).failure().code == errc::cannot_open_store);
  CHECK_FALSE(std::filesystem::exists(folder.path));
  make_store(folder.path, 1);
  {
    const open_file other(folder.path);
    CHECK(cluster::check_store(folder.path).failure().code == errc::store_locked);
  }
  run_sql(folder.path, "PRAGMA user_version = 2");
  CHECK(says(first_finding(folder.path), "it has version 2"));
  overwrite(folder.file(), 0, "something else");
  CHECK(cluster::check_store(folder.path).failure().code == errc::store_damaged);
  std::filesystem::resize_file(folder.file(), 0);
  CHECK(cluster::check_store(folder.path).failure().code == errc::store_damaged);
}
