// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_socket.hpp"

#include <filesystem>
#include <iterator>

#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;

std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

}  // namespace

TEST_CASE("reconnects and the end of a connection leave no socket open") {
  tests::nats_server server;
  // The first connection starts the threads of nats.c.
  { const tests::connected first(server); }
  const auto before = open_files();
  {
    tests::connected on(server);
    const auto connected = open_files();
    for (int times = 0; times < 3; ++times) {
      server.kill();
      while (on.connection.is_connected()) std::this_thread::sleep_for(milliseconds{1});
      server.start();
      REQUIRE(on.connection.wait_until_connected(milliseconds{30'000}));
      CHECK(open_files() == connected);
    }
  }
  CHECK(open_files() == before);
}
