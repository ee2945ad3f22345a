// SPDX-License-Identifier: Apache-2.0
// Many silent clients: how often they wake their loop.
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/loop/loop.hpp"
#include "net/loop/session_registry.hpp"
#include "net/websocket/session_adoption.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/virtual_time.hpp"

using namespace roost;
using namespace std::chrono_literals;
using counter = metrics::counter;

namespace {

class nobody final : public net::connection_opener {
  struct handler final : net::connection_handler {
    void message(net::bytes_ptr, bool) override {}
    void drained() override {}
    void closed(std::uint16_t) override {}
  };
  std::unique_ptr<net::connection_handler> opened(net::session&, net::connect_info) override {
    return std::make_unique<handler>();
  }
};

/// The iterations of a loop within ten minutes, with `count` clients that connected over one minute
/// and send nothing, but do not reach the idle timeout.
std::uint64_t turns_with(std::size_t count) {
  tests::virtual_time time;
  metrics probe;
  settings given;
  given.limits.idle_ms = 3'600'000;
  given.limits.ping_ms = 60'000;
  const settings_store config(given);
  nobody opener;
  const net::websocket::session_context context{config, opener, probe};
  net::loop it(loop_id{0}, net::iteration_budget{}, &time);
  std::vector<int> others;
  for (std::size_t i = 0; i < count; ++i) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    others.push_back(ends[1]);
    boost::asio::ip::tcp::socket own(it.context());
    own.assign(boost::asio::ip::tcp::v4(), ends[0]);
    net::websocket::start_session(it, std::move(own), {}, {}, context);
    time.advance(60'000ms / count);
  }
  REQUIRE(it.sessions().size() == count);
  while (it.step()) {
  }
  std::uint64_t iterations = 0;
  const auto end = time.now() + 10min;
  while (it.next_due() <= end) {
    time.advance_to(it.next_due());
    // Like a running loop: iterate until there is no more work.
    while (it.step()) ++iterations;
  }
  CHECK(it.sessions().size() == count);
  CHECK(probe.value(counter::pings_sent) >= static_cast<double>(9 * count));
  for (const int fd : others) ::close(fd);
  return iterations;
}

}  // namespace

TEST_CASE("ten thousand silent clients cause at most two iterations for each timer tick") {
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  // With a lower limit of open files, fewer clients show the same.
  const auto count = std::min<std::size_t>(10'000, files.rlim_max / 2 - 100);
  const auto ticks_max = 10 * 60 * 20;  // a tick is 50 ms
  const auto few = turns_with(count / 10);
  const auto many = turns_with(count);
  CHECK(many <= 2 * ticks_max);
  CHECK(many <= 12 * few);
  CHECK(static_cast<double>(many) < 0.5 * 9.0 * static_cast<double>(count));
}
