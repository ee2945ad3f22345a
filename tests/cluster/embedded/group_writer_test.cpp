// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/group_writer.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/cluster/embedded/faulty_vfs.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::group_writer;
using cluster::log_table;
using cluster::sequence;
using cluster::shard_id;
using cluster::snapshot_table;
using cluster::write_outcome;
using cluster::write_request;
using cluster::write_result;
using namespace std::chrono_literals;

/// A writer on a new store, at faulty files.
struct writer_fixture {
  explicit writer_fixture(store_sync sync = store_sync::always)
      : opened(folder.path, sync),
        writer(std::move(opened.connection), sync,
               std::make_unique<cluster::space_reserve>(reserve)) {}

  write_request append(std::uint32_t shard, std::uint64_t expected, std::string text = "message") {
    return {text.size(),
            [=, text = std::move(text)](log_table& logs, snapshot_table&) {
              return cluster::write_step{logs.append(shard_id{shard}, sequence{expected}, text)};
            },
            [this](write_result got) { answers.push_back(std::move(got)); }};
  }
  write_request purge(std::uint32_t shard, std::uint64_t first_kept) {
    return {0,
            [=](log_table& logs, snapshot_table&) {
              return logs.purge(shard_id{shard}, sequence{first_kept});
            },
            [this](write_result got) { answers.push_back(std::move(got)); }};
  }
  write_outcome commit(write_request request) {
    std::vector<write_request> group;
    group.push_back(std::move(request));
    answers.clear();
    while (!group.empty()) group = writer.commit(std::move(group), now);
    REQUIRE(answers.size() == 1);
    return answers[0].outcome;
  }
  /// The last sequence of a log, as the next process finds it after this one was killed.
  std::uint64_t last_after_kill(std::uint32_t shard) {
    const tests::temporary_folder copy;
    std::filesystem::create_directory(copy.path);
    std::filesystem::copy_file(folder.file(), copy.file());
    std::filesystem::copy_file(folder.file() + "-wal", copy.file() + "-wal");
    const tests::open_file file(copy.path);
    REQUIRE(file.problem.empty());
    return log_table(*file.connection).state(shard_id{shard}).last.value;
  }

  tests::healed_vfs faulty;
  tests::temporary_folder folder;
  std::string reserve = folder.path + "/reserve";
  tests::open_file opened;
  group_writer writer;
  group_writer::time_point now{};
  std::vector<write_result> answers;
};

}  // namespace

TEST_CASE("the writes of a group share one sync") {
  writer_fixture all;
  CHECK(all.commit(all.append(0, 0)) == write_outcome::stored);
  const auto before = all.faulty.vfs.syncs.load();
  std::vector<write_request> group;
  for (std::uint32_t shard = 1; shard <= 50; ++shard) group.push_back(all.append(shard, 0));
  all.answers.clear();
  CHECK(all.writer.commit(std::move(group), all.now).empty());
  CHECK(all.answers.size() == 50);
  CHECK(all.faulty.vfs.syncs - before == 1);
  CHECK(all.last_after_kill(50) == 1);
}

TEST_CASE("with interval a commit is synced a second later and survives a kill at once") {
  writer_fixture all(store_sync::interval);
  CHECK_FALSE(all.writer.checkpoint_due());
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);  // syncs the new WAL file's header
  const auto before = all.faulty.vfs.syncs.load();
  all.now += 10ms;
  CHECK(all.commit(all.append(1, 1)) == write_outcome::stored);
  all.writer.checkpoint_if_due(all.now);
  CHECK(all.faulty.vfs.syncs == before);
  CHECK(all.last_after_kill(1) == 2);
  REQUIRE(all.writer.checkpoint_due());
  CHECK(*all.writer.checkpoint_due() == group_writer::time_point{} + 1s);
  all.writer.checkpoint_if_due(*all.writer.checkpoint_due());
  CHECK(all.faulty.vfs.syncs > before);
  CHECK_FALSE(all.writer.checkpoint_due());
}

TEST_CASE("a group that does not fit fails together, and the next one is stored") {
  writer_fixture all;
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.write_error = SQLITE_FULL;
  std::vector<write_request> group;
  for (std::uint32_t shard = 1; shard <= 3; ++shard) group.push_back(all.append(shard, 0));
  all.answers.clear();
  CHECK(all.writer.commit(std::move(group), all.now).empty());
  REQUIRE(all.answers.size() == 3);
  for (const auto& each : all.answers) {
    CHECK(each.outcome == write_outcome::full);
    CHECK(each.at == sequence{});
    CHECK(tests::says(each.why, "full"));
  }
  CHECK(all.last_after_kill(1) == 1);
  all.faulty.vfs.heal();
  CHECK(all.commit(all.append(1, 1)) == write_outcome::stored);
  CHECK(all.last_after_kill(1) == 2);
  CHECK(all.last_after_kill(2) == 0);
}

TEST_CASE("writes that do not fit get the reserve, and then pushes are refused until it is held") {
  writer_fixture all;
  CHECK(all.writer.takes_pushes());
  all.faulty.vfs.write_error = SQLITE_FULL;
  auto request = all.append(1, 0);
  int tries = 0;
  request.apply = [&, apply = request.apply](log_table& logs, snapshot_table& snapshots) {
    if (++tries == 2) all.faulty.vfs.heal();
    return apply(logs, snapshots);
  };
  CHECK(all.commit(std::move(request)) == write_outcome::stored);
  CHECK(all.last_after_kill(1) == 1);
  CHECK(std::filesystem::file_size(all.reserve) == 0);
  CHECK_FALSE(all.writer.takes_pushes());
  all.writer.hold_reserve_if_due(all.now);
  CHECK_FALSE(all.writer.takes_pushes());
  REQUIRE(all.writer.next_due());
  all.writer.hold_reserve_if_due(*all.writer.next_due());
  CHECK(all.writer.takes_pushes());
  CHECK(std::filesystem::file_size(all.reserve) == cluster::space_reserve::bytes);
  CHECK_FALSE(all.writer.next_due());
}

TEST_CASE("a write larger than the page cache is not stored if it does not fit") {
  writer_fixture all;
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.write_error = SQLITE_FULL;
  CHECK(all.commit(all.append(1, 1, std::string(8 << 20, 'x'))) == write_outcome::full);
  all.faulty.vfs.heal();
  CHECK(all.last_after_kill(1) == 1);
  CHECK(all.commit(all.append(1, 1)) == write_outcome::stored);
}

TEST_CASE("after a failed sync a commit is unknown and later writes are refused") {
  writer_fixture all;
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.sync_error = SQLITE_IOERR_FSYNC;
  CHECK(all.commit(all.append(1, 1)) == write_outcome::unknown);
  CHECK(all.answers[0].at == sequence{});
  all.faulty.vfs.heal();
  CHECK(all.commit(all.append(1, 1)) == write_outcome::refused);
  CHECK(tests::says(all.answers[0].why, "the store failed before: disk I/O error"));
  all.writer.hold_reserve_if_due(all.now + 1h);
  CHECK_FALSE(all.writer.takes_pushes());
  CHECK(all.last_after_kill(1) == 2);  // unknown: here the message was stored
}

TEST_CASE("a commit over a quota is not stored, and the next one within it is") {
  writer_fixture all;
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.write_error = SQLITE_IOERR_WRITE;
  CHECK(all.commit(all.append(1, 1)) == write_outcome::full);
  all.faulty.vfs.heal();
  CHECK(all.last_after_kill(1) == 1);
  CHECK(all.commit(all.append(1, 1)) == write_outcome::stored);
}

TEST_CASE("writes that fail before their commit are refused") {
  writer_fixture all;
  cluster::sqlite::connection other(all.folder.file());
  other.run("BEGIN IMMEDIATE");
  CHECK(all.commit(all.append(1, 0)) == write_outcome::refused);
  CHECK(tests::says(all.answers[0].why, "locked"));
  other.run("COMMIT");
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
}

TEST_CASE("the WAL file is copied into the store's file and begins anew") {
  writer_fixture all;
  const auto wal = all.folder.file() + "-wal";
  for (std::uint64_t at = 0; at < 300; ++at) {
    REQUIRE(all.commit(all.append(1, at, std::string(50'000, 'x'))) == write_outcome::stored);
    all.writer.checkpoint_if_due(all.now);
  }
  CHECK(std::filesystem::file_size(wal) < 3 * group_writer::checkpoint_pages * 4096ULL);
  CHECK(std::filesystem::file_size(all.folder.file()) > 10'000'000);
}

TEST_CASE("writes are refused after a sync failed between commits") {
  writer_fixture all(store_sync::interval);
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.sync_error = SQLITE_IOERR_FSYNC;
  all.writer.checkpoint_if_due(all.now + 1s);
  all.faulty.vfs.heal();
  CHECK(all.commit(all.append(1, 1)) == write_outcome::refused);
}

TEST_CASE("a checkpoint without space is tried again later") {
  writer_fixture all(store_sync::interval);
  CHECK(all.commit(all.append(1, 0)) == write_outcome::stored);
  all.faulty.vfs.write_error = SQLITE_FULL;
  all.writer.checkpoint_if_due(all.now + 1s);
  all.faulty.vfs.heal();
  CHECK(all.commit(all.append(1, 1)) == write_outcome::stored);
  all.writer.checkpoint_if_due(all.now + 2s);
  CHECK_FALSE(all.writer.checkpoint_due());
  CHECK_FALSE(all.writer.takes_pushes());
}

TEST_CASE("other writes are carried out between the steps of a large purge") {
  writer_fixture all;
  for (std::uint64_t at = 0; at < 10; ++at) {
    REQUIRE(all.commit(all.append(1, at, std::string(1'000'000, 'x'))) == write_outcome::stored);
  }
  std::vector<write_request> group;
  group.push_back(all.purge(1, 11));
  group.push_back(all.append(2, 0));
  all.answers.clear();
  auto rest = all.writer.commit(std::move(group), all.now);
  REQUIRE(rest.size() == 1);
  CHECK(all.answers.size() == 1);
  rest.push_back(all.append(1, 10));
  rest = all.writer.commit(std::move(rest), all.now);
  CHECK(rest.empty());
  CHECK(all.answers.size() == 3);
  CHECK(all.last_after_kill(1) == 11);
}
