// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/log_table.hpp"

#include <string>

#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::log_table;
using cluster::sequence;
using cluster::shard_id;
using cluster::write_outcome;

constexpr shard_id log_shard{7};

struct log_table_fixture {
  explicit log_table_fixture(const std::string& path) : file(path), logs(*file.connection) {}
  void append(std::uint64_t from, std::uint64_t to, const std::string& text = "message") {
    for (auto at = from; at <= to; ++at) {
      REQUIRE(logs.append(log_shard, sequence{at - 1}, text).at == sequence{at});
    }
  }
  tests::open_file file;
  log_table logs;
};

}  // namespace

TEST_CASE("the logs of neighbouring shards do not mix") {
  const tests::temporary_folder folder;
  log_table_fixture all(folder.path);
  const shard_id last{log_table::shards_max - 1};
  for (const auto shard : {shard_id{6}, shard_id{8}, last, shard_id{0}}) {
    REQUIRE(all.logs.append(shard, sequence{}, "other").at == sequence{1});
  }
  CHECK(all.logs.state(log_shard).last == sequence{});
  CHECK(all.logs.read(log_shard, sequence{}, 1'000).messages.empty());
  all.append(1, 2);
  CHECK(all.logs.state(log_shard).bytes == 14);
  CHECK(all.logs.purge(log_shard, sequence{3}).result.outcome == write_outcome::stored);
  for (const auto shard : {shard_id{6}, shard_id{8}, last, shard_id{0}}) {
    CHECK(all.logs.read(shard, sequence{}, 1'000).messages.size() == 1);
  }
}

TEST_CASE("a shard that no id can hold is refused") {
  const tests::temporary_folder folder;
  log_table_fixture all(folder.path);
  const shard_id beyond{log_table::shards_max};
  CHECK(all.logs.append(beyond, sequence{}, "message").outcome == write_outcome::refused);
  CHECK(all.logs.append(beyond, sequence{1}, "message").outcome == write_outcome::conflict);
}

TEST_CASE("the last sequence that an id can hold is the end of a log") {
  const tests::temporary_folder folder;
  log_table_fixture all(folder.path);
  const auto last = std::to_string(log_table::sequence_max - 1);
  all.file.connection->run(("INSERT INTO emptied_logs VALUES (7, " + last + ")").c_str());
  all.append(log_table::sequence_max, log_table::sequence_max);
  const sequence end{log_table::sequence_max};
  CHECK(all.logs.append(log_shard, end, "message").outcome == write_outcome::refused);
  CHECK(all.logs.append(shard_id{8}, sequence{}, "message").outcome == write_outcome::stored);
  CHECK(all.logs.read(log_shard, sequence{~0ULL}, 9).messages.size() == 1);
}

TEST_CASE("a large purge takes several steps and leaves a log without a gap between them") {
  const tests::temporary_folder folder;
  log_table_fixture all(folder.path);
  all.append(1, 10, std::string(1'000'000, 'x'));
  int steps = 1;
  std::uint64_t first = 1;
  while (all.logs.purge(log_shard, sequence{11}).has_more) {
    ++steps;
    const auto state = all.logs.state(log_shard);
    CHECK(state.first > sequence{first});
    CHECK(state.last == sequence{10});
    first = state.first.value;
    CHECK(all.logs.read(log_shard, state.first, 100'000'000).messages.size() == 11 - first);
  }
  CHECK(steps == 2);
  CHECK(all.logs.state(log_shard).first == sequence{11});
  CHECK(all.logs.state(log_shard).last == sequence{10});
}

TEST_CASE("an empty log with a later message has that message's sequence") {
  const tests::temporary_folder folder;
  log_table_fixture all(folder.path);
  all.append(1, 3);
  for (std::uint64_t last = 3; last < 6; ++last) {
    REQUIRE(all.logs.purge(log_shard, sequence{last + 1}).result.outcome == write_outcome::stored);
    CHECK(all.logs.state(log_shard).last == sequence{last});
    all.append(last + 1, last + 1);
  }
}

TEST_CASE("a message that was changed in the file is reported as damaged") {
  const tests::temporary_folder folder;
  {
    log_table_fixture all(folder.path);
    all.append(1, 1, "an intact message");
    all.append(2, 2, "a message to damage");
    all.file.connection->checkpoint(true);
  }
  tests::overwrite_text(folder.file(), "to damage", "too");
  log_table_fixture all(folder.path);
  CHECK(all.logs.read(log_shard, sequence{1}, 1).messages.at(0).at == sequence{1});
  CHECK_FALSE(all.file.connection->failed());
  all.logs.read(log_shard, sequence{2}, 1);
  const auto why = all.file.connection->take_failure();
  REQUIRE(why);
  CHECK(why->why == "message 2 of the log of shard 7 is damaged");
}
