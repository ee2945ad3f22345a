// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/drainer_actor.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

settings spread_over(std::uint32_t ms) {
  auto config = quiet();
  config.drain.spread_ms = ms;
  // No minimum rate: the full time applies to few connections too.
  config.drain.connections_per_second = 0;
  config.drain.reconnect_jitter_ms = 70;
  return config;
}

/// The reconnect hint of the drain frame, if the client received one.
std::optional<int> hint(const std::vector<std::string>& got) {
  constexpr std::string_view before = R"([null,null,"phoenix","drain",{"reconnect_after_ms":)";
  for (const auto& text : got) {
    if (text.starts_with(before)) return std::stoi(text.substr(before.size()));
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a drained connection gets a random reconnect hint before it is closed") {
  node_fixture it(2, spread_over(0));
  std::vector<session_fixture*> clients;
  for (std::size_t i = 0; i < 12; ++i) clients.push_back(&it.open(i % 2));
  it.node.drain();
  std::set<int> hints;
  for (auto* each : clients) {
    it.wait_until(*each, [&] { return each->close_reason == errc::drain; });
    const auto received = hint(it.got(*each));
    REQUIRE(received);
    CHECK((*received >= 0 && *received <= 70));
    hints.insert(*received);
  }
  CHECK(hints.size() > 1);
}

TEST_CASE("with a spread connections are not closed all at once and clients may leave meanwhile") {
  node_fixture it(1, spread_over(3'600'000));
  auto& first = it.open(0);
  auto& second = it.open(0);
  it.node.drain();
  it.wait_until(first, [&] {
    return (first.close_reason == errc::drain) != (second.close_reason == errc::drain);
  });
  it.close(first.close_reason == errc::drain ? second : first);
  it.settle();
}

TEST_CASE("a connection that opens during a drain gets a reconnect hint too") {
  node_fixture it(1, spread_over(0));
  it.node.drain();
  auto& late = it.open(0);
  it.wait_until(late, [&] { return late.close_reason == errc::drain; });
  CHECK(hint(it.got(late)) == 70);
}
