// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_log_reader.hpp"

#include <string>

#include "cluster/nats/message_rules.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::awaited;

struct read_log : tests::nats_store_fixture {
  read_log() : tests::nats_store_fixture({shard_id{1}}) {}
  void append(std::uint64_t from, std::uint64_t to) {
    for (auto at = from; at <= to; ++at) {
      awaited<write_result> out;
      open->logs.append(shard_id{1}, sequence{at - 1}, contract::slice_of(std::to_string(at)),
                        out.callback());
      REQUIRE(contract::is_stored(out.get(), sequence{at}));
    }
  }
  /// JetStream loses a message.
  void lose(std::uint64_t at) {
    awaited<write_result> out;
    open->on.api().change(
        "STREAM.MSG.DELETE.c_EV_1", "{\"seq\":" + std::to_string(at) + '}',
        [done = out.callback()](write_result got, std::string_view) { done(std::move(got)); });
    REQUIRE(out.get().outcome == write_outcome::stored);
  }
  log_page read(std::uint64_t from, std::size_t bytes_max = 1'000'000) {
    awaited<result<log_page>> out;
    std::make_shared<nats_log_reader>(open->on.api(), "c_EV_1", "c.ev.1", sequence{from}, bytes_max,
                                      out.callback())
        ->start();
    const auto page = out.get();
    REQUIRE(page);
    for (const auto& each : page->messages) {
      CHECK(each.data.view() == std::to_string(each.at.value));
    }
    return *page;
  }
};

}  // namespace

TEST_CASE("a gap is not read over as if it were the end") {
  read_log log;
  log.append(1, 10);
  log.lose(4);
  log.lose(5);
  std::vector<std::uint64_t> got;
  std::uint64_t next = 1;
  for (bool is_end = false; !is_end; next = got.back() + 1) {
    const auto page = log.read(next);
    REQUIRE_FALSE(page.messages.empty());
    for (const auto& each : page.messages) got.push_back(each.at.value);
    is_end = page.is_end;
  }
  CHECK(got == std::vector<std::uint64_t>{1, 2, 3, 6, 7, 8, 9, 10});
}

TEST_CASE("a page has at most about its bytes and at least one message") {
  read_log log;
  log.append(1, 9);
  CHECK(log.read(1, 0).messages.size() == 1);
  for (const std::uint64_t from : {1, 6}) {
    const auto page = log.read(from, 4);
    REQUIRE_FALSE(page.messages.empty());
    CHECK(page.messages.size() <= 4);  // a server that answers with batches counts headers, too
    CHECK(page.is_end == (page.messages.back().at == sequence{9}));
  }
  CHECK(log.read(1).messages.size() == 9);
}
