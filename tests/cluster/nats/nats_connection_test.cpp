// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_connection.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "cluster/nats/nats_message.hpp"
#include "tests/cluster/nats/greeting_server.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"
#include "tests/fixtures/temporary_path.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::awaited;

constexpr milliseconds patience{30'000};

/// Asks the server about JetStream and returns how the request ends.
awaited<reply_kind> ask(nats_connection& connection, std::size_t bytes = 0) {
  awaited<reply_kind> out;
  const auto request = slice::of(bytes_ptr::copy(std::string(bytes, ' ')));
  connection.request(
      {"$JS.API.INFO", {}, request, patience, [done = out.callback()](const nats_reply& reply) {
         done(reply.kind);
         return false;
       }});
  return out;
}

/// Notes what happens, and waits for it.
struct recorder final : nats_listener {
  void connected() override { add("connected"); }
  void connection_lost() override { add("lost"); }
  void message_arrived(const nats_message& message) override {
    add(std::string(message.subject()) + " " + std::string(message.data()));
  }
  void burst_ended() override { add("burst"); }
  void bytes_sent() override {}
  void add(std::string event) {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
    changed.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, patience, [&] { return events.size() >= count; });
    return events;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> events;
};

/// Lives as long as the connection.
recorder& listen_to(nats_connection& connection) {
  auto out = std::make_shared<recorder>();
  connection.listen(out);
  return *out;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("requests are answered, and other messages reach the listener") {
  const tests::nats_server server;
  nats_connection connection(tests::options_for(server));
  recorder& heard = listen_to(connection);
  REQUIRE(connection.wait_until_connected(patience));
  CHECK(ask(connection).get() == reply_kind::message);
  CHECK(connection.publish("c.n.2.other", contract::slice_of("elsewhere")));
  CHECK(connection.publish("c.n.1.frame", contract::slice_of("here")));
  CHECK(heard.wait_for(3) == list{"connected", "c.n.1.frame here", "burst"});
}

TEST_CASE("a connection comes back after its server was killed, and answers what was under way") {
  tests::nats_server server;
  nats_connection connection(tests::options_for(server));
  recorder& heard = listen_to(connection);
  REQUIRE(connection.wait_until_connected(patience));
  server.pause();
  const auto under_way = ask(connection);
  std::this_thread::sleep_for(milliseconds{50});
  server.kill();
  CHECK(under_way.get() == reply_kind::lost);
  heard.wait_for(2);
  CHECK(ask(connection).get() == reply_kind::not_sent);
  CHECK_FALSE(connection.publish("c.n.1.frame", contract::slice_of("never")));
  server.start();
  CHECK(heard.wait_for(3) == list{"connected", "lost", "connected"});
  CHECK(ask(connection).get() == reply_kind::message);
  // The subscription is there again.
  CHECK(connection.publish("c.n.1.frame", contract::slice_of("again")));
  CHECK(heard.wait_for(5).at(3) == "c.n.1.frame again");
}

TEST_CASE("a listener hears that the connection is there, and none hears after the next one") {
  const tests::nats_server server;
  nats_connection connection(tests::options_for(server));
  REQUIRE(connection.wait_until_connected(patience));
  const auto first = std::make_shared<recorder>();
  connection.listen(first);
  CHECK(first->wait_for(1) == list{"connected"});
  recorder& second = listen_to(connection);
  CHECK(second.wait_for(1) == list{"connected"});
  CHECK(connection.publish("c.n.1.frame", contract::slice_of("here")));
  CHECK(second.wait_for(3) == list{"connected", "c.n.1.frame here", "burst"});
  CHECK(first->wait_for(1) == list{"connected"});
  CHECK(first.use_count() == 1);
}

TEST_CASE("a message that waits when the connection is lost is not sent over the next one") {
  tests::nats_server server;
  auto options = tests::options_for(server);
  options.ping_interval = milliseconds{50};
  nats_connection connection(options);
  recorder& heard = listen_to(connection);
  heard.wait_for(1);
  // While the thread of the connection stands still, nats.c gives the server up and reconnects.
  std::promise<void> is_still;
  std::promise<void> goes_on;
  connection.after(milliseconds{0}, [&] {
    is_still.set_value();
    goes_on.get_future().wait();
  });
  is_still.get_future().wait();
  CHECK(connection.publish("c.n.1.frame", contract::slice_of("before")));
  CHECK(connection.unsent_bytes() == 6);
  server.kill();
  server.start();
  std::this_thread::sleep_for(milliseconds{1'000});
  goes_on.set_value();
  CHECK(heard.wait_for(3) == list{"connected", "lost", "connected"});
  CHECK(connection.unsent_bytes() == 0);
  CHECK(connection.publish("c.n.1.frame", contract::slice_of("after")));
  CHECK(heard.wait_for(4).at(3) == "c.n.1.frame after");
}

TEST_CASE("a connection begins before its server does") {
  tests::nats_server server;
  server.kill();
  nats_connection connection(tests::options_for(server));
  CHECK(ask(connection).get() == reply_kind::not_sent);
  CHECK_FALSE(connection.wait_until_connected(milliseconds{50}));
  server.start();
  REQUIRE(connection.wait_until_connected(patience));
  CHECK(ask(connection).get() == reply_kind::message);
}

TEST_CASE("a server that answers no pings is given up") {
  tests::nats_server server;
  auto options = tests::options_for(server);
  options.ping_interval = milliseconds{50};
  nats_connection connection(options);
  recorder& heard = listen_to(connection);
  REQUIRE(connection.wait_until_connected(patience));
  server.pause();
  const auto under_way = ask(connection);
  CHECK(under_way.get() == reply_kind::lost);
  server.proceed();
  CHECK(heard.wait_for(3) == list{"connected", "lost", "connected"});
}

TEST_CASE("requests above the bound are refused") {
  tests::nats_server server;
  auto options = tests::options_for(server);
  options.requests_max = 3;
  nats_connection connection(options);
  REQUIRE(connection.wait_until_connected(patience));
  server.pause();
  std::vector<awaited<reply_kind>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(ask(connection));
  CHECK(ask(connection).get() == reply_kind::not_sent);
  server.proceed();
  for (const auto& each : waiting) CHECK(each.get() == reply_kind::message);
  CHECK(ask(connection).get() == reply_kind::message);
}

TEST_CASE("bytes above the bound are refused") {
  tests::nats_server server;
  auto options = tests::options_for(server);
  options.unsent_bytes_max = 2U << 20U;
  nats_connection connection(options);
  REQUIRE(connection.wait_until_connected(patience));
  server.pause();
  std::vector<awaited<reply_kind>> all;
  for (int i = 0; i < 60; ++i) all.push_back(ask(connection, 500'000));
  CHECK(all.back().get() == reply_kind::not_sent);
  server.proceed();
  CHECK(all.front().get() == reply_kind::message);
}

TEST_CASE("a connection that ends answers all its requests") {
  tests::nats_server server;
  awaited<reply_kind> under_way;
  {
    nats_connection connection(tests::options_for(server));
    REQUIRE(connection.wait_until_connected(patience));
    server.pause();
    under_way = ask(connection);
  }
  CHECK(under_way.get() == reply_kind::lost);
}

TEST_CASE("a connection knows its server and the version of it") {
  const tests::nats_server server("server_name: n1\n");
  nats_connection connection(tests::options_for(server));
  REQUIRE(connection.wait_until_connected(patience));
  REQUIRE(connection.server());
  CHECK(connection.server()->name == "n1");
  CHECK(read_server_version(connection.server()->version));
  CHECK(connection.problem().empty());
}

TEST_CASE("a connection that cannot be made says why") {
  tests::nats_server server;
  server.kill();
  nats_connection connection(tests::options_for(server));
  CHECK_FALSE(connection.wait_until_connected(milliseconds{500}));
  CHECK(connection.problem().find("No server available for connection") != std::string::npos);
}

TEST_CASE("nothing is sent to a server that is too old, at the start and after a reconnect") {
  tests::greeting_server server("2.14.2");
  nats_options options;
  options.servers = {server.url()};
  options.subject = "c.n.1";
  options.connect_timeout = milliseconds{10'000};
  options.new_connection_delay = milliseconds{50};
  options.oldest_server = oldest_server_for(3, false);
  nats_connection connection(options);
  recorder& heard = listen_to(connection);
  const auto begun = std::chrono::steady_clock::now();
  CHECK_FALSE(connection.wait_until_connected(patience));
  CHECK(std::chrono::steady_clock::now() - begun < patience);
  const std::string too_old =
      "the NATS server fake has version 2.14.2, but cluster.replicas 3 needs 2.14.3 or newer";
  CHECK(connection.problem() == too_old);
  CHECK(ask(connection).get() == reply_kind::not_sent);
  // It asks again and again.
  const auto greetings = server.greetings();
  while (server.greetings() < greetings + 4) std::this_thread::sleep_for(milliseconds{1});
  server.become("2.14.3");
  CHECK(heard.wait_for(1) == list{"connected"});
  CHECK(connection.problem().empty());
  server.become("2.14.2");
  CHECK(heard.wait_for(2) == list{"connected", "lost"});
  while (connection.problem() != too_old) std::this_thread::sleep_for(milliseconds{1});
  CHECK_FALSE(connection.is_connected());
  server.become("2.14.3");
  CHECK(heard.wait_for(3) == list{"connected", "lost", "connected"});
}

TEST_CASE("a connection proves its user, and tries again after a refusal") {
  const tests::nats_server server("authorization { user: roost, password: right }\n");
  auto options = tests::options_for(server);
  options.user = "roost";
  options.password = "wrong";
  options.new_connection_delay = milliseconds{10};
  nats_connection refused(options);
  options.password = "right";
  nats_connection taken(options);
  CHECK(taken.wait_until_connected(patience));
  CHECK_FALSE(refused.wait_until_connected(milliseconds{200}));
  CHECK(ask(refused).get() == reply_kind::not_sent);
}

TEST_CASE("a connection proves its user with a key") {
  // Of the seed 00 01 02 ... 1f.
  const std::string key = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK";
  const auto file = testing::temporary_path("nkey");
  std::ofstream(file) << "SUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H776Y\n";
  const tests::nats_server server("authorization { users: [ { nkey: " + key + " } ] }\n");
  auto options = tests::options_for(server);
  nats_connection refused(options);
  options.nkey = key;
  options.nkey_seed_file = file;
  nats_connection taken(options);
  CHECK(taken.wait_until_connected(patience));
  CHECK_FALSE(refused.wait_until_connected(milliseconds{100}));
  std::filesystem::remove(file);
}
