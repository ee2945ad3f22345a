// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_log_store.hpp"

#include <chrono>
#include <string>
#include <thread>

#include "tests/cluster/log/log_store_contract.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::log_a;
using contract::log_b;

struct nats_logs : tests::nats_store_fixture {
  nats_logs() : tests::nats_store_fixture({log_a, log_b}) {}
  log_store& store() { return open->logs; }
  void settle() {}
  void fill() {
    for (const auto shard : {log_a, log_b}) {
      stream_choices with;
      with.log_bytes_max = open->on.info(names.log_stream(shard)).bytes + 1'000;
      open->on.configure("STREAM.UPDATE.", log_stream_config(names, shard, with));
    }
  }
  void make_space() { configure("STREAM.UPDATE.", {}); }
};

struct one_log : contract::log_client<nats_logs> {
  one_log() : contract::log_client<nats_logs>{all} {}
  nats_logs all;
};

bool becomes(const std::function<bool()>& is_true) {
  for (int times = 0; times < 1'000 && !is_true(); ++times) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return is_true();
}

}  // namespace

TEST_CASE("the log store in NATS meets the contract of log stores") {
  contract::run_log_store_contract<nats_logs>();
}

TEST_CASE("an append that the server does not answer is unknown") {
  one_log log;
  log.append_all(log_a, 1, 1);
  nats_log_store hasty(log.all.open->on.connection, log.all.names, milliseconds{100});
  log.all.server.pause();
  contract::awaited<write_result> answer;
  hasty.append(log_a, sequence{1}, contract::slice_of("message 2"), answer.callback());
  CHECK(contract::has_failed(answer.get(), write_outcome::unknown));
  log.all.server.proceed();
  // The request still arrives.
  CHECK(becomes([&] { return log.state(log_a).last == sequence{2}; }));
}

TEST_CASE("an append that was under way when the connection broke is unknown") {
  one_log log;
  log.all.server.pause();
  contract::awaited<write_result> answer;
  log.all.store().append(log_a, sequence{0}, contract::slice_of("message 1"), answer.callback());
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  log.all.server.kill();
  CHECK(contract::has_failed(answer.get(), write_outcome::unknown));
}

TEST_CASE("requests fail at once while there is no connection, and nothing is sent later") {
  one_log log;
  log.append_all(log_a, 1, 1);
  log.all.server.kill();
  REQUIRE(becomes([&] { return !log.all.open->on.connection.is_connected(); }));
  CHECK(contract::has_failed(log.append(log_a, 1, "message 2"), write_outcome::refused));
  CHECK(contract::has_failed(log.purge(log_a, 1), write_outcome::refused));
  contract::awaited<result<log_state>> state;
  log.all.store().read_state(log_a, state.callback());
  CHECK(state.get().failure().code == errc::unavailable);
  contract::awaited<result<log_page>> page;
  log.all.store().read(log_a, sequence{1}, 1, page.callback());
  CHECK(page.get().failure().code == errc::unavailable);
  log.all.server.start();
  REQUIRE(log.all.open->on.connection.wait_until_connected(milliseconds{30'000}));
  CHECK(log.sequences(log_a) == contract::sequence_list{1});
  log.append_all(log_a, 2, 2);
}

TEST_CASE(
    "an append to a log that does not exist is answered at once, because nobody receives it") {
  one_log log;
  const auto got = log.append(shard_id{77}, 0, "message");
  CHECK(contract::has_failed(got, write_outcome::unknown));
  CHECK(got.why == "nobody answers at NATS");
  contract::awaited<result<log_state>> state;
  log.all.store().read_state(shard_id{77}, state.callback());
  CHECK(state.get().failure().detail == "stream not found (10059)");
}

TEST_CASE("a log that is gone is made again by a store that knows how, and begins at 0") {
  one_log log;
  log.append_all(log_a, 1, 3);
  auto& on = log.all.open->on;
  nats_log_store knowing(on.connection, log.all.names, tests::connected::timeout,
                         stream_choices{1, 1'000'000});
  const auto state = [&] {
    contract::awaited<result<log_state>> answer;
    knowing.read_state(log_a, answer.callback());
    return *answer.get();
  };
  CHECK(state().last == sequence{3});
  on.configure("STREAM.DELETE.", {log.all.names.log_stream(log_a), {}});
  CHECK(state().last == sequence{0});
  CHECK(state().bytes_max == 1'000'000);
  CHECK(contract::is_stored(log.append(log_a, 0, "message"), sequence{1}));
  CHECK(state().message.view() == "message");
}

TEST_CASE("one full log refuses its appends, and another one goes on") {
  one_log log;
  log.append_all(log_a, 1, 1);
  stream_choices with;
  with.log_bytes_max = log.state(log_a).bytes + 1'000;
  log.all.open->on.configure("STREAM.UPDATE.", log_stream_config(log.all.names, log_a, with));
  const auto text = std::string(2'000, 'm');
  CHECK(contract::has_failed(log.append(log_a, 1, text), write_outcome::full));
  CHECK(log.all.store().takes_pushes());
  CHECK(contract::is_stored(log.append(log_b, 0, text), sequence{1}));
}

TEST_CASE("a long log is read in the order of its sequences") {
  one_log log;
  constexpr std::uint64_t count = 1'500;
  for (std::uint64_t at = 1; at <= count; ++at) {
    contract::awaited<write_result> answer;
    log.all.store().append(log_a, sequence{at - 1},
                           contract::slice_of("message " + std::to_string(at)), answer.callback());
    REQUIRE(contract::is_stored(answer.get(), sequence{at}));
  }
  REQUIRE(contract::is_stored(log.purge(log_a, 11), sequence{}));
  const auto all = log.sequences(log_a);
  REQUIRE(all.size() == count - 10);
  CHECK(all.front() == 11);
  CHECK(all.back() == count);
}
