// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_calls.hpp"

#include <string>

#include "cluster/nats/json_document.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

}  // namespace

TEST_CASE("many calls are answered in their order") {
  const tests::nats_server server;
  tests::connected on(server);
  std::vector<jetstream_call> calls;
  for (int i = 0; i < 50; ++i) {
    const auto name = std::to_string(i);
    calls.push_back({"STREAM.CREATE.s" + name,
                     R"({"name":"s)" + name + R"(","subjects":["s.)" + name + R"("]})"});
  }
  const auto answers = answers_to(on.connection, calls, tests::connected::timeout);
  REQUIRE(answers.size() == calls.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    REQUIRE(answers[i].kind == reply_kind::message);
    CHECK(json_document(answers[i].text).text("/config/name") == "s" + std::to_string(i));
  }
  CHECK(answers_to(on.connection, {}, tests::connected::timeout).empty());
}

TEST_CASE("calls without an answer end in time, and no more are sent") {
  tests::nats_server server;
  tests::connected on(server);
  server.pause();
  const auto start = std::chrono::steady_clock::now();
  const std::vector<jetstream_call> calls(100, {"INFO"});
  const auto answers = answers_to(on.connection, calls, milliseconds{200});
  CHECK(std::chrono::steady_clock::now() - start < milliseconds{2'000});
  server.proceed();
  REQUIRE(answers.size() == calls.size());
  CHECK(answers.front().kind == reply_kind::timed_out);
  CHECK(answers.back().kind == reply_kind::not_sent);
  CHECK(answers.back().text == answers.front().text);
}

TEST_CASE("a call to a server without JetStream has no responders") {
  const tests::nats_server server({}, {});
  tests::connected on(server);
  const auto answer = answer_to(on.connection, {"INFO"}, tests::connected::timeout);
  CHECK(answer.kind == reply_kind::no_responders);
}
