// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_store.hpp"

#include "tests/cluster/transfer/transfer_fixture.hpp"

using namespace roost;
using namespace roost::tests;

TEST_CASE("an export of an imported export has equal bytes, for random stores") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const temporary_folder first;
    const temporary_folder second;
    make_store(first.path, seed);
    const auto bytes = exported(first.path);
    const auto done = import_from(bytes, second.path, {}, 1 + seed * 97);
    INFO("seed " << seed << ": " << (done ? "" : done.failure().detail));
    REQUIRE(done);
    REQUIRE(exported(second.path) == bytes);
    CHECK(problem_of(second.path).empty());
  }
}

TEST_CASE("an export changes nothing in its store") {
  const temporary_folder folder;
  make_store(folder.path, 3);
  const auto before = bytes_of_file(folder.file());
  const auto names = names_in(folder.path);
  CHECK_FALSE(exported(folder.path).empty());
  CHECK(bytes_of_file(folder.file()) == before);
  CHECK(names_in(folder.path) == names);
}

TEST_CASE("an export has what a killed node has left in the WAL file, and leaves it there") {
  const temporary_folder running;
  const temporary_folder killed;
  std::filesystem::create_directory(killed.path);
  store_maker maker(running.path, 5);
  maker.fill();
  for (const auto* name : {"roost.db", "roost.db-wal", "lock"}) {
    std::filesystem::copy_file(running.path + "/" + name, killed.path + "/" + name);
  }
  const auto wal = bytes_of_file(killed.file() + "-wal");
  REQUIRE(wal.size() > 10'000);
  const auto bytes = exported(killed.path);
  CHECK(bytes_of_file(killed.file() + "-wal") == wal);
  const temporary_folder stopped;
  make_store(stopped.path, 5);
  CHECK(exported(stopped.path) == bytes);
}

TEST_CASE("a store that a process uses is not exported, and a running export locks its store") {
  const temporary_folder folder;
  make_store(folder.path, 1);
  std::string bytes;
  {
    const open_file other(folder.path);
    const auto done = export_into(bytes, folder.path);
    REQUIRE_FALSE(done);
    CHECK(done.failure().code == errc::store_locked);
    CHECK(done.failure().detail == folder.path + ": another process uses this store");
  }
  const auto done = cluster::export_store(folder.path, [&](std::string_view) -> result<void> {
    CHECK(cluster::store_folder::lock(folder.path).failure().code == errc::store_locked);
    return {};
  });
  CHECK(done);
}

TEST_CASE("the failure of the sink ends the export") {
  const temporary_folder folder;
  make_store(folder.path, 1);
  const auto done = cluster::export_store(folder.path, [](std::string_view) -> result<void> {
    return error{errc::cannot_open_store, "no space"};
  });
  REQUIRE_FALSE(done);
  CHECK(done.failure().detail == "no space");
}

TEST_CASE("a store without an identity has nothing to export") {
  const temporary_folder folder;
  { const open_file created(folder.path); }
  std::string bytes;
  const auto done = export_into(bytes, folder.path);
  REQUIRE_FALSE(done);
  CHECK(done.failure().detail == folder.path + ": it has no identity, and so no rooms");
}

TEST_CASE("a damaged store is not exported, and its damage is named") {
  const temporary_folder folder;
  make_store(folder.path, 2);
  const auto change = [&](const char* sql) {
    open_file file(folder.path);
    file.connection->run(sql);
    REQUIRE_FALSE(file.connection->failed());
  };
  std::string expected;
  SECTION("a message") {
    change("UPDATE log SET checksum = checksum + 1 WHERE id = (SELECT max(id) FROM log)");
    expected = "the message is damaged: its checksum is wrong";
  }
  SECTION("a snapshot") {
    change("UPDATE snapshots SET checksum = 0 WHERE key = x'24'");
    expected = "snapshot $: the message is damaged: its checksum is wrong";
  }
  SECTION("a gap") {
    change("DELETE FROM log WHERE id = (SELECT max(id) - 1 FROM log)");
    expected = "the log has a gap here";
  }
  SECTION("a foreign shard") {
    change("INSERT INTO emptied_logs VALUES (77, 1)");
    expected = "it has messages that belong to no shard";
  }
  SECTION("an index that hides a snapshot") {
    change(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (shard, "
        "key)', 'UNIQUE (key, shard)') WHERE name = 'snapshots'");
    expected = "sqlite_autoindex_snapshots_1";
  }
  std::string bytes;
  const auto done = export_into(bytes, folder.path);
  REQUIRE_FALSE(done);
  CHECK(done.failure().code == errc::store_damaged);
  CHECK(says(done.failure().detail, expected));
}
