// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/embedded_store.hpp"

#include <sqlite3.h>

#include <future>
#include <string>

#include "tests/cluster/embedded/faulty_vfs.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"
#include "tests/cluster/log/log_store_contract.hpp"
#include "tests/cluster/log/snapshot_store_contract.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::awaited;

/// A store that can be ended and opened again, at faulty files.
template <class Seam, store_sync Sync>
struct embedded_fixture {
  embedded_fixture() { reopen(); }
  Seam& store() { return *opened; }
  void settle() {}
  void reopen() {
    opened.reset();
    auto store = embedded_store::open(folder.path, Sync);
    REQUIRE(store);
    opened = std::move(*store);
  }
  void fill() { faulty.vfs.write_error = SQLITE_FULL; }
  void make_space() { faulty.vfs.heal(); }

  tests::healed_vfs faulty;
  tests::temporary_folder folder;
  std::unique_ptr<embedded_store> opened;
};

using logs_always = embedded_fixture<log_store, store_sync::always>;
constexpr shard_id shard_one{1};

}  // namespace

TEST_CASE("the embedded store meets the contract of log stores") {
  SECTION("always") { contract::run_log_store_contract<logs_always>(); }
  SECTION("interval") {
    contract::run_log_store_contract<embedded_fixture<log_store, store_sync::interval>>();
  }
}

TEST_CASE("the embedded store meets the contract of snapshot stores") {
  SECTION("always") {
    contract::run_snapshot_store_contract<embedded_fixture<snapshot_store, store_sync::always>>();
  }
  SECTION("interval") {
    contract::run_snapshot_store_contract<embedded_fixture<snapshot_store, store_sync::interval>>();
  }
}

TEST_CASE("a second store in the same folder is refused") {
  logs_always fixture;
  const auto second = embedded_store::open(fixture.folder.path, store_sync::always);
  REQUIRE_FALSE(second);
  CHECK(second.failure().code == errc::store_locked);
  contract::log_client<logs_always>{fixture}.append_all(shard_one, 1, 1);
}

TEST_CASE("a store that cannot be opened says why and leaves its folder unlocked") {
  const tests::temporary_folder folder;
  CHECK(embedded_store::open(folder.path, store_sync::always));
  std::filesystem::resize_file(folder.file(), 100);
  for (int times = 0; times < 2; ++times) {
    const auto opened = embedded_store::open(folder.path, store_sync::always);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().code == errc::cannot_open_store);
  }
}

TEST_CASE("a store answers all requests before it ends") {
  logs_always fixture;
  std::vector<awaited<write_result>> answers(100);
  for (std::uint64_t i = 0; i < answers.size(); ++i) {
    fixture.store().append(shard_one, sequence{i}, contract::slice_of("message"),
                           answers[i].callback());
  }
  fixture.reopen();
  for (std::uint64_t i = 0; i < answers.size(); ++i) {
    CHECK(contract::is_stored(answers[i].get(), sequence{i + 1}));
  }
}

TEST_CASE("reads do not wait for the thread that writes") {
  logs_always fixture;
  contract::log_client<logs_always> log{fixture};
  log.append_all(shard_one, 1, 1);
  std::promise<void> blocked;
  std::promise<void> release;
  fixture.store().append(shard_one, sequence{1}, contract::slice_of("message 2"),
                         [&](const write_result&) {
                           blocked.set_value();
                           release.get_future().wait();
                         });
  blocked.get_future().wait();
  CHECK(log.sequences(shard_one) == contract::sequence_list{1, 2});
  CHECK(log.state(shard_one).last == sequence{2});
  release.set_value();
}

TEST_CASE("writes over the bound of the queue are refused at once") {
  logs_always fixture;
  std::promise<void> blocked;
  std::promise<void> release;
  fixture.store().purge(shard_one, sequence{}, [&](const write_result&) {
    blocked.set_value();
    release.get_future().wait();
  });
  blocked.get_future().wait();
  std::atomic<unsigned> refused{0};
  std::atomic<unsigned> stored{0};
  for (std::uint64_t i = 0; i < 10'010; ++i) {
    fixture.store().append(shard_one, sequence{i}, contract::slice_of("message"),
                           [&](const write_result& got) {
                             if (got.outcome == write_outcome::stored) ++stored;
                             if (got.outcome == write_outcome::refused) ++refused;
                           });
  }
  CHECK(refused == 10);
  release.set_value();
  fixture.reopen();
  CHECK(stored == 10'000);
  CHECK(contract::log_client<logs_always>{fixture}.state(shard_one).last == sequence{10'000});
}

TEST_CASE("a read of a damaged message fails and names it, and other reads go on") {
  logs_always fixture;
  contract::log_client<logs_always> log{fixture};
  log.append_all(shard_one, 1, 1);
  REQUIRE(log.append(shard_one, 1, "a message to damage").at == sequence{2});
  fixture.opened.reset();
  tests::overwrite_text(fixture.folder.file(), "to damage", "too");
  fixture.reopen();
  awaited<result<log_page>> answer;
  fixture.store().read(shard_one, sequence{1}, 1'000, answer.callback());
  const auto got = answer.get();
  REQUIRE_FALSE(got);
  CHECK(got.failure().detail == "message 2 of the log of shard 1 is damaged");
  CHECK(log.read(shard_one, 1, 1).messages.size() == 1);
  CHECK(log.append(shard_one, 2, "next").at == sequence{3});
}

TEST_CASE("a read that meets an I/O error fails and may be repeated") {
  logs_always fixture;
  contract::log_client<logs_always> log{fixture};
  const std::string text(500'000, 'x');
  REQUIRE(log.append(shard_one, 0, text).at == sequence{1});
  fixture.faulty.vfs.read_error = SQLITE_IOERR_READ;
  awaited<result<log_page>> answer;
  fixture.store().read(shard_one, sequence{1}, 1, answer.callback());
  CHECK_FALSE(answer.get());
  fixture.faulty.vfs.heal();
  CHECK(log.read(shard_one, 1).messages.at(0).data.view() == text);
}
