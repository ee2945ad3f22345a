// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/sqlite.hpp"

#include <sqlite3.h>

#include <string>

#include "tests/cluster/embedded/faulty_vfs.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::sqlite::access;
using cluster::sqlite::connection;
using cluster::sqlite::failure;
using cluster::sqlite::statement;

/// A file with one table.
struct table_fixture {
  table_fixture() {
    std::filesystem::create_directory(folder.path);
    file = std::make_unique<connection>(folder.file());
    file->run("CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)");
    REQUIRE_FALSE(file->failed());
  }
  tests::temporary_folder folder;
  std::unique_ptr<connection> file;
};

}  // namespace

TEST_CASE("a statement of SQLite returns the rows that another one has written") {
  table_fixture all;
  statement insert(*all.file, "INSERT INTO t (id, data) VALUES (?1, ?2)");
  const std::string arbitrary("\0\xff", 2);
  insert.run(std::int64_t{7}, std::string_view{arbitrary});
  insert.run(std::int64_t{9}, std::string_view{});
  statement read(*all.file, "SELECT id, data, NULL FROM t WHERE id >= ?1");
  auto rows = read.query(std::int64_t{0});
  REQUIRE(rows.next());
  CHECK(rows.number(0) == 7);
  CHECK(rows.blob(1) == arbitrary);
  CHECK(rows.is_null(2));
  REQUIRE(rows.next());
  CHECK(rows.blob(1).empty());
  CHECK_FALSE(rows.is_null(1));
  CHECK_FALSE(rows.next());
  CHECK(all.file->number("SELECT count(*) FROM t") == 2);
  CHECK(all.file->number("SELECT id FROM t WHERE id = 1") == 0);
  CHECK(all.file->text("SELECT 'ok'") == "ok");
  CHECK(all.file->last_insert_id() == 9);
  CHECK_FALSE(all.file->failed());
}

TEST_CASE("the first failure stays until it is taken, and nothing is done meanwhile") {
  table_fixture all;
  all.file->run("INSERT INTO missing VALUES (1)");
  all.file->run("INSERT INTO t (id) VALUES (1)");
  statement insert(*all.file, "INSERT INTO t (id) VALUES (2)");
  insert.run();
  const auto why = all.file->take_failure();
  REQUIRE(why);
  CHECK(tests::says(why->why, "no such table: missing"));
  CHECK(all.file->number("SELECT count(*) FROM t") == 0);
  CHECK_FALSE(all.file->failed());
}

TEST_CASE("a failed write is told from a failed sync") {
  table_fixture all;
  all.file.reset();
  const tests::healed_vfs faulty;
  all.file = std::make_unique<connection>(all.folder.file());
  const auto insert = [&] {
    all.file->run("INSERT INTO t (data) VALUES (1)");
    faulty.vfs.heal();
    const auto why = all.file->take_failure();
    REQUIRE(why);
    return why->of;
  };
  faulty.vfs.write_error = SQLITE_FULL;
  CHECK(insert() == failure::kind::not_written);
  faulty.vfs.write_error = SQLITE_IOERR_WRITE;
  CHECK(insert() == failure::kind::not_written);
  faulty.vfs.sync_error = SQLITE_IOERR_FSYNC;
  CHECK(insert() == failure::kind::other);
  CHECK(all.file->number("SELECT count(*) FROM t") == 0);
}

TEST_CASE("a lock of another connection is busy") {
  table_fixture all;
  connection other(all.folder.file());
  other.run("BEGIN IMMEDIATE");
  CHECK(other.is_in_transaction());
  all.file->run("INSERT INTO t (id) VALUES (1)");
  const auto why = all.file->take_failure();
  REQUIRE(why);
  CHECK(why->of == failure::kind::busy);
}

TEST_CASE("a path that is a folder cannot be opened as a file of SQLite") {
  connection file("/");
  const auto why = file.take_failure();
  REQUIRE(why);
  CHECK(tests::says(why->why, "unable to open"));
}

TEST_CASE("a checkpoint is complete unless a reader needs older pages") {
  table_fixture all;
  all.file->run("PRAGMA journal_mode = WAL");
  statement insert(*all.file, "INSERT INTO t (data) VALUES (randomblob(9000))");
  insert.run();
  CHECK(all.file->wal_pages() > 0);
  connection other(all.folder.file());
  other.run("BEGIN");
  CHECK(other.number("SELECT count(*) FROM t") == 1);
  insert.run();
  CHECK_FALSE(all.file->checkpoint(false));
  CHECK_FALSE(all.file->failed());
  other.run("COMMIT");
  CHECK(all.file->checkpoint(false));
  CHECK(all.file->checkpoint(true));
  CHECK(std::filesystem::file_size(all.folder.file() + "-wal") == 0);
}

TEST_CASE("a connection that only reads creates nothing and refuses to write") {
  table_fixture all;
  all.file->run("CREATE TABLE u (n); INSERT INTO u VALUES (5), (6)");
  for (const auto how : {access::read_only, access::immutable}) {
    connection reader(all.folder.file(), how);
    CHECK(reader.texts("SELECT CAST(n AS TEXT) FROM u ORDER BY n") ==
          std::vector<std::string>{"5", "6"});
    reader.run("INSERT INTO u VALUES (7)");
    CHECK(reader.failed());
    connection missing(all.folder.file() + ".other", how);
    CHECK(missing.failed());
  }
  CHECK_FALSE(std::filesystem::exists(all.folder.file() + ".other"));
}
