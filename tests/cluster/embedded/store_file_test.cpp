// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_file.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cluster/embedded/log_table.hpp"
#include "tests/cluster/embedded/faulty_vfs.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::sequence;
using cluster::shard_id;
using tests::problem_of;
using tests::says;

constexpr std::uint64_t messages = 200;

/// Stores messages of 2,000 bytes; every second one is larger than a page.
void store_messages(const std::string& path) {
  tests::open_file file(path);
  REQUIRE(file.problem.empty());
  cluster::log_table logs(*file.connection);
  file.connection->run("BEGIN");
  for (std::uint64_t at = 0; at < messages; ++at) {
    const std::string text(at % 2 ? 2'000 : 9'000, static_cast<char>('a' + at % 26));
    REQUIRE(logs.append(shard_id{1}, sequence{at}, text).at == sequence{at + 1});
  }
  file.connection->run("COMMIT");
  REQUIRE_FALSE(file.connection->failed());
}

/// Whether the store opens and returns every message.
bool is_complete(const std::string& path) {
  tests::open_file file(path);
  if (!file.problem.empty()) return false;
  cluster::log_table logs(*file.connection);
  const auto count = logs.read(shard_id{1}, sequence{}, 100'000'000).messages.size();
  return count == messages && !file.connection->failed();
}

/// The size of the file after everything was copied into it.
std::uint64_t checkpointed_size(const std::string& path) {
  CHECK(problem_of(path).empty());
  return std::filesystem::file_size(path + "/roost.db");
}

}  // namespace

TEST_CASE("a new store opens, and opens again with what was stored") {
  const tests::temporary_folder folder;
  CHECK(problem_of(folder.path).empty());
  store_messages(folder.path);
  CHECK(is_complete(folder.path));
  CHECK(is_complete(folder.path));
}

TEST_CASE("a store of a newer version is refused by name") {
  const tests::temporary_folder folder;
  CHECK(problem_of(folder.path).empty());
  cluster::sqlite::connection(folder.file()).run("PRAGMA user_version = 2");
  const auto problem = problem_of(folder.path);
  CHECK(says(problem, "it has version 2, and this program supports version 1"));
  CHECK(cluster::sqlite::connection(folder.file()).number("PRAGMA user_version") == 2);
}

TEST_CASE("the file of another program is refused and not changed") {
  const tests::temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  cluster::sqlite::connection(folder.file()).run("CREATE TABLE theirs (id)");
  CHECK(says(problem_of(folder.path), "it is not a store of Roost"));
  cluster::sqlite::connection file(folder.file());
  CHECK(file.text("PRAGMA journal_mode") == "delete");
  CHECK(file.number("SELECT count(*) FROM sqlite_master") == 1);
}

TEST_CASE("a file that is no database is refused") {
  const tests::temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  std::ofstream(folder.file()) << std::string(10'000, 'x');
  CHECK(says(problem_of(folder.path), "file is not a database"));
}

TEST_CASE("the tables are created again after a kill before they were complete") {
  const tests::temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  cluster::sqlite::connection(folder.file()).run("PRAGMA journal_mode = WAL");
  REQUIRE(std::filesystem::file_size(folder.file()) > 0);
  store_messages(folder.path);
  CHECK(is_complete(folder.path));
}

TEST_CASE("a store whose file is missing or empty is refused instead of begun anew") {
  const tests::temporary_folder folder;
  store_messages(folder.path);
  SECTION("empty") { std::filesystem::resize_file(folder.file(), 0); }
  SECTION("missing") { std::filesystem::remove(folder.file()); }
  CHECK(says(problem_of(folder.path), "the file is missing or empty"));
  CHECK(says(problem_of(folder.path), "the file is missing or empty"));
}

TEST_CASE("a truncated file is refused") {
  const tests::temporary_folder folder;
  store_messages(folder.path);
  const auto size = checkpointed_size(folder.path);
  for (const auto left :
       {size - 4096, size / 2, size / 2 + 100, std::uint64_t{5000}, std::uint64_t{100}}) {
    std::filesystem::resize_file(folder.file(), left);
    INFO(left << " of " << size << " bytes");
    CHECK_FALSE(is_complete(folder.path));
    CHECK_FALSE(problem_of(folder.path).empty());
  }
}

TEST_CASE("a file that lacks its last byte is refused, again and again") {
  const tests::temporary_folder folder;
  store_messages(folder.path);
  const auto size = checkpointed_size(folder.path);
  std::filesystem::resize_file(folder.file(), size - 1);
  const auto expected = "the file was cut off: it lacks 1 of " + std::to_string(size) + " bytes";
  CHECK(says(problem_of(folder.path), expected));
  CHECK(says(problem_of(folder.path), expected));
}

TEST_CASE("a damaged page is refused, or its message is") {
  const tests::temporary_folder folder;
  store_messages(folder.path);
  const auto size = checkpointed_size(folder.path);
  const auto intact = folder.path + ".intact";
  std::filesystem::copy_file(folder.file(), intact);
  unsigned refused = 0;
  for (std::uint64_t page = 0; page < size / 4096; ++page) {
    const auto at = page * 4096 + 4;
    tests::overwrite(folder.file(), at, std::string(200, '\x13'));
    INFO("page " << page);
    if (!problem_of(folder.path).empty()) ++refused;
    if (page > 8) CHECK_FALSE(is_complete(folder.path));
    std::filesystem::copy_file(intact, folder.file(),
                               std::filesystem::copy_options::overwrite_existing);
    if (page > 40) break;
  }
  std::filesystem::remove(intact);
  CHECK(is_complete(folder.path));
  CHECK(refused < 40);
}

TEST_CASE("a file that cannot be read is refused") {
  const tests::healed_vfs faulty;
  const tests::temporary_folder folder;
  store_messages(folder.path);
  faulty.vfs.read_error = SQLITE_IOERR_READ;
  CHECK(says(problem_of(folder.path), "disk I/O error"));
  faulty.vfs.heal();
  CHECK(is_complete(folder.path));
}

TEST_CASE("a store opens without space for the pages that a killed process left") {
  const tests::healed_vfs faulty;
  const tests::temporary_folder folder;
  store_messages(folder.path);
  const auto copy = folder.path + "/copy";
  {
    // A killed process leaves this: the file and its WAL file, while they are open.
    tests::open_file file(folder.path);
    cluster::log_table logs(*file.connection);
    REQUIRE(logs.append(shard_id{1}, sequence{messages}, "last").at.value == messages + 1);
    std::filesystem::copy_file(folder.file() + "-wal", copy);
    REQUIRE(std::filesystem::file_size(copy) > 0);
    std::filesystem::copy_file(folder.file(), folder.path + "/copied.db");
  }
  std::filesystem::rename(folder.path + "/copied.db", folder.file());
  std::filesystem::rename(copy, folder.file() + "-wal");
  faulty.vfs.write_error = SQLITE_FULL;
  tests::open_file file(folder.path);
  CHECK(file.problem.empty());
  cluster::log_table logs(*file.connection);
  CHECK(logs.state(shard_id{1}).last.value == messages + 1);
  CHECK(logs.state(shard_id{1}).message.view() == "last");
}

TEST_CASE("a message's checksum differs for each byte that changes") {
  const std::string text = "a message";
  CHECK(cluster::checksum_of(text) == cluster::checksum_of(std::string(text)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(cluster::checksum_of(changed) != cluster::checksum_of(text));
  }
  CHECK(cluster::checksum_of("") == cluster::checksum_of(std::string_view{}));
}
