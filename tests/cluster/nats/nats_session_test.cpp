// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_session.hpp"

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "tests/cluster/nats/greeting_server.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

}  // namespace

TEST_CASE("a session that cannot connect says why") {
  tests::nats_server server;
  server.kill();
  event_loop loop;
  std::promise<std::string> why;
  loop.post([&] {
    const auto opened = nats_session::open(tests::options_for(server), loop, {});
    why.set_value(opened ? "" : opened.failure().detail);
  });
  CHECK(why.get_future().get().find("No server available") != std::string::npos);
}

TEST_CASE("a session meets its server, unless other servers answer in its place") {
  const auto met_at = [](const std::string& url) {
    nats_options options;
    options.servers = {url};
    options.subject = "c.n.1";
    options.connect_timeout = milliseconds{10'000};
    event_loop loop;
    std::promise<std::shared_ptr<nats_session>> opened;
    std::promise<void> attached;
    std::promise<void> detached;
    loop.post([&] {
      opened.set_value(*nats_session::open(
          options, loop,
          {[&] { attached.set_value(); }, [] {}, [] {}, [] {}, [&] { detached.set_value(); }}));
    });
    auto session = opened.get_future().get();
    attached.get_future().wait();
    std::promise<std::optional<met_server>> met;
    loop.post([&] {
      session->meet_server(milliseconds{10'000}, [&](auto got) { met.set_value(std::move(got)); });
    });
    auto out = met.get_future().get();
    session->close();
    detached.get_future().wait();
    return out;
  };
  const tests::greeting_server one("2.14.3");
  const auto met = met_at(one.url());
  REQUIRE(met);
  CHECK(met->name == "fake");
  CHECK(met->version == "2.14.3");
  const tests::greeting_server many("2.14.3", true);
  CHECK_FALSE(met_at(many.url()));
  CHECK(many.greetings() == 6);
}

TEST_CASE("a message that nats.c refuses is not sent, and says why") {
  const tests::nats_server server;
  event_loop loop;
  std::promise<std::shared_ptr<nats_session>> opened;
  std::promise<void> attached;
  std::promise<void> detached;
  loop.post([&] {
    opened.set_value(*nats_session::open(
        tests::options_for(server), loop,
        {[&] { attached.set_value(); }, [] {}, [] {}, [] {}, [&] { detached.set_value(); }}));
  });
  auto session = opened.get_future().get();
  attached.get_future().wait();
  CHECK(session->is_attached());
  CHECK(session->message_bytes_max() == 1U << 20U);
  CHECK(session->publish("subject", "", {}, "data").empty());
  CHECK_FALSE(session->publish("", "", {}, "data").empty());
  CHECK(session->publish("subject", "", {}, std::string(2U << 20U, 'x')) ==
        "Maximum Payload Exceeded");
  session->close();
  detached.get_future().wait();
  CHECK_FALSE(session->is_attached());
}
