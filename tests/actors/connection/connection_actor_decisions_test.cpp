// SPDX-License-Identifier: Apache-2.0
// Joins and pushes whose authorization is pending, on running loops.
#include <caf/send.hpp>
#include <string>

#include "actors/connection/connection_actor.hpp"
#include "actors/messages/connection_messages.hpp"
#include "net/auth/mint.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/late_authorizer_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

const std::string hs256_key(32, 's');

std::string reply_to(std::string_view ref, std::string_view topic_name, std::string_view status) {
  return "\"" + std::string(ref) + "\",\"" + std::string(topic_name) +
         R"(","phx_reply",{"status":")" + std::string(status);
}

}  // namespace

TEST_CASE("while a join is pending its topic waits and other topics and heartbeats do not") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  const auto question = on.asked(1);
  CHECK(question.topic_name == "slow:1");
  CHECK(question.event.empty());
  it.say(client, line("2", "slow:1", "x"));
  it.say(client, line("3", "slow:1", "phx_leave", "{}"));
  it.say(client, line("4", "room:1", "phx_join", "{}"));
  it.say(client, line("5", "room:1", "x"));
  it.say(client, line("6", "phoenix", "heartbeat", "{}"));
  it.wait_for(client, reply_to("5", "room:1", "ok"));
  it.wait_for(client, reply_to("6", "phoenix", "ok"));
  CHECK(client.count("slow:1") == 0);
  on.answer(question);
  const auto push = on.asked(2);
  CHECK(push.event == "x");
  it.wait_for(client, reply_to("1", "slow:1", "ok"));
  CHECK(client.count(reply_to("3", "slow:1", "ok")) == 0);
  on.answer(push);
  it.wait_for(client, reply_to("3", "slow:1", "ok"));
  const auto order = on.replies(client);
  CHECK(order.find("1 2 3 ") != order.npos);
  on.check_all_answered(client);
}

TEST_CASE("two topics may be pending and their answers may come in another order") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  const auto first = on.asked(1);
  it.say(client, line("2", "slow:2", "phx_join", "{}"));
  const auto second = on.asked(2);
  on.answer(second);
  it.wait_for(client, reply_to("2", "slow:2", "ok"));
  on.answer(first);
  it.wait_for(client, reply_to("1", "slow:1", "ok"));
  CHECK(on.replies(client) == "2 1 ");
  on.check_all_answered(client);
}

TEST_CASE("a refused join and a refused push get the authorizer's error") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  it.say(client, line("2", "slow:1", "phx_leave", "{}"));
  on.answer(on.asked(1), errc::unauthorized);
  it.wait_for(client, reply_to("1", "slow:1", "error"));
  it.wait_for(client, reply_to("2", "slow:1", "ok"));
  it.say(client, line("3", "slow:1", "phx_join", "{}"));
  on.answer(on.asked(2));
  it.say(client, line("4", "slow:1", "x"));
  on.answer(on.asked(3), errc::unavailable);
  it.wait_for(client, reply_to("4", "slow:1", "error"));
  CHECK(on.replies(client) == "1 2 3 4 ");
  CHECK(it.probe.text().find("pushes_refused_total{reason=\"unauthorized\"} 1") !=
        std::string::npos);
  CHECK(it.probe.text().find("pushes_refused_total{reason=\"unavailable\"} 1") !=
        std::string::npos);
  on.check_all_answered(client);
}

TEST_CASE("a join after a leave is asked for itself and an answer counts once") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  const auto first = on.asked(1);
  it.say(client, line("2", "slow:1", "phx_leave", "{}"));
  it.say(client, R"(["3","3","slow:1","phx_join",{}])");
  on.answer(first);
  const auto second = on.asked(2);
  CHECK(second.id != first.id);
  on.answer(first);  // too late: the topic asks another question now
  it.settle();
  CHECK(on.replies(client) == "1 2 ");
  on.answer(second, errc::unauthorized);
  it.wait_for(client, reply_to("3", "slow:1", "error"));
  on.answer(second);
  on.check_all_answered(client);
  CHECK(on.replies(client) == "1 2 3 ");
}

TEST_CASE("a connection that closes drops its questions and a late answer does nothing") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  it.say(client, line("2", "slow:1", "x"));
  const auto question = on.asked(1);
  caf::actor connection;
  it.loops.on(0, [&] { connection = it.node.connections_by_loop().find(client.id()); });
  it.close(client);
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
  it.loops.on(0, [&] {
    caf::anon_send(connection, authorization_answer{topic{"slow:1"}, question.id, errc::none});
  });
  it.settle();
  CHECK(on.replies(client).empty());
  CHECK(on.asked(1).id == question.id);
}

TEST_CASE("a node ends while answers are pending") {
  late_authorizer_fixture on;
  auto& client = on.it.open(0);
  on.it.say(client, line("1", "slow:1", "phx_join", "{}"));
  on.it.say(client, line("2", "slow:1", "x"));
  on.asked(1);
  on.it.end();
}

TEST_CASE("when a room crashes a pending push is answered and a late answer is ignored") {
  late_authorizer_fixture on;
  auto& it = on.it;
  auto& client = on.joined("slow:1");
  it.say(client, line("2", "slow:1", "x"));
  const auto pending = on.asked(2);
  it.say(client, R"(["3","3","slow:1","phx_join",{}])");
  auto& other = it.open(0);
  it.say(other, line("1", "slow:1", "phx_join", "{}"));
  on.answer(on.asked(3));
  it.wait_for(other, reply_to("1", "slow:1", "ok"));
  it.say(other, line("2", "slow:1", "boom"));
  on.answer(on.asked(4));
  it.wait_for(client, "phx_error");
  it.wait_for(client, reply_to("2", "slow:1", "error"));
  const auto join = on.asked(5);
  CHECK(join.event.empty());
  on.answer(pending);
  it.settle();
  CHECK(on.replies(client) == "1 2 ");
  on.answer(join);
  it.wait_for(client, reply_to("3", "slow:1", "ok"));
  on.check_all_answered(client);
}

TEST_CASE("a new token asks again for the messages that wait") {
  auto config = quiet();
  config.auth.hs256_secret = hs256_key;
  late_authorizer_fixture on(config);
  auto& it = on.it;
  auto& client = it.open(0);
  it.say(client, line("1", "slow:1", "phx_join", "{}"));
  const auto before = on.asked(1);
  const auto token = *net::auth::mint(R"({"sub":"ada"})", hs256_key);
  it.say(client, line("2", "phoenix", "access_token", R"({"token":")" + token + "\"}"));
  it.wait_for(client, reply_to("2", "phoenix", "ok"));
  const auto after = on.asked(2);
  CHECK(after.topic_name == "slow:1");
  on.answer(before);
  it.settle();
  CHECK(on.replies(client) == "2 ");
  on.answer(after);
  it.wait_for(client, reply_to("1", "slow:1", "ok"));
  on.check_all_answered(client);
}

TEST_CASE("a token that ends while an answer is pending closes the connection") {
  auto config = quiet();
  config.auth.hs256_secret = hs256_key;
  config.auth.grace_ms = 100;
  late_authorizer_fixture on(config);
  auto& it = on.it;
  auto& client = it.open(0);
  const auto token = *net::auth::mint(
      R"({"sub":"ada","exp":)" + std::to_string(unix_ms() / 1'000 + 1) + "}", hs256_key);
  it.say(client, line("1", "slow:1", "phx_join", R"({"token":")" + token + "\"}"));
  const auto pending = on.asked(1);
  it.wait_until(client, [&] { return client.close_reason == errc::token_ended; });
  on.answer(pending);
  it.settle();
  CHECK(on.replies(client).empty());
}

TEST_CASE("pushes that would take more than half of the credit are refused and counted") {
  auto config = quiet();
  config.limits.inbound_messages_max = 8;
  late_authorizer_fixture on(config);
  auto& it = on.it;
  auto& client = on.joined("slow:1");
  for (const auto* ref : {"2", "3", "4", "5", "6", "7"}) it.say(client, line(ref, "slow:1", "x"));
  auto question = on.asked(2);
  it.wait_for(client, reply_to("7", "slow:1", R"(error","response":{"reason":"rate limited")"));
  it.say(client, line("8", "slow:2", "phx_join", "{}"));  // joins always wait
  on.answer(on.asked(3));
  it.wait_for(client, reply_to("8", "slow:2", "ok"));
  it.say(client, line("9", "slow:2", "x"));  // no place to wait for an answer
  it.wait_for(client, reply_to("9", "slow:2", R"(error","response":{"reason":"rate limited")"));
  it.say(client, line("a", "room:1", "phx_join", "{}"));
  it.wait_for(client, reply_to("a", "room:1", "ok"));
  CHECK(on.replies(client) == "1 6 7 8 9 a ");
  CHECK(it.probe.text().find("pushes_refused_total{reason=\"rate_limited\"} 3") !=
        std::string::npos);
  for (std::size_t asked = 4; asked <= 7; ++asked) {
    on.answer(question);
    if (asked <= 6) question = on.asked(asked);
  }
  it.wait_for(client, reply_to("5", "slow:1", "ok"));
  CHECK(on.replies(client) == "1 6 7 8 9 a 2 3 4 5 ");
  on.check_all_answered(client);
}
