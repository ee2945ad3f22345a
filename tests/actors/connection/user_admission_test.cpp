// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/user_admission.hpp"

#include <algorithm>

#include "actors/connection/user_registry.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

std::shared_ptr<const net::auth::token_claims> holder(std::string user, std::string token_id = "") {
  net::auth::token_claims out;
  out.user = std::move(user);
  out.token_id = std::move(token_id);
  return std::make_shared<const net::auth::token_claims>(std::move(out));
}

net::connect_info as(std::shared_ptr<const net::auth::token_claims> claims) {
  net::connect_info out;
  out.identity = std::move(claims);
  return out;
}

settings at_most(std::uint32_t connections, over_limit over) {
  auto out = quiet();
  out.limits.connections_per_user = {connections, over};
  return out;
}

}  // namespace

TEST_CASE("a connection over the limit of its user is refused before the upgrade") {
  node_fixture it(1, at_most(1, over_limit::refuse));
  const auto asks = [&](const auto& claims) { return it.node.opener().admits(as(claims)); };
  CHECK(asks(holder("ada")) == errc::none);
  auto& first = it.open_with(0, as(holder("ada")));
  CHECK(asks(holder("ada")) == errc::too_many_connections);
  CHECK(asks(holder("bob")) == errc::none);
  CHECK(asks(holder("")) == errc::none);
  CHECK(it.node.opener().admits({}) == errc::none);
  it.close(first);
  it.settle();
  CHECK(asks(holder("ada")) == errc::none);
}

TEST_CASE(
    "if two connections are admitted at the same time then the second is closed as too many") {
  node_fixture it(1, at_most(1, over_limit::refuse));
  auto& first = it.open_with(0, as(holder("ada")));
  auto& second = it.open_with(0, as(holder("ada")));
  it.wait_until(second, [&] { return second.close_reason == errc::too_many_connections; });
  it.settle();
  CHECK(first.is_open());
  CHECK(it.node.users().count("ada") == 1);
}

TEST_CASE("with evict_oldest the oldest connection of a user is evicted and counted") {
  node_fixture it(2, at_most(2, over_limit::evict_oldest));
  auto& first = it.open_with(0, as(holder("ada")));
  auto& second = it.open_with(1, as(holder("ada")));
  CHECK(it.node.opener().admits(as(holder("ada"))) == errc::none);
  it.open_with(0, as(holder("ada")));
  it.wait_until(first, [&] { return first.close_reason == errc::evicted; });
  it.settle();
  CHECK(second.is_open());
  CHECK(it.probe.value(metrics::counter::evictions) == 1);
  CHECK(it.node.users().count("ada") == 2);
}

TEST_CASE("a revocation closes only the connections of its user or token") {
  node_fixture it(2);
  auto& ada = it.open_with(0, as(holder("ada", "t1")));
  auto& again = it.open_with(1, as(holder("ada", "t2")));
  auto& bob = it.open_with(1, as(holder("bob", "t3")));
  auto& nameless = it.open_with(0, as(holder("", "t4")));
  auto& anonymous = it.open(0);
  using kind = net::auth::revocation_kind;
  const auto now = unix_ms();
  CHECK(it.verifier.revoke({kind::token, "t2", 0, now + 60'000}, now));
  it.wait_until(again, [&] { return again.close_reason == errc::revoked; });
  CHECK(it.verifier.revoke({kind::token, "t4", 0, now + 60'000}, now));
  it.wait_until(nameless, [&] { return nameless.close_reason == errc::revoked; });
  it.settle();
  CHECK(ada.is_open());
  CHECK(it.verifier.revoke({kind::user, "ada", now, now + 60'000}, now));
  it.wait_until(ada, [&] { return ada.close_reason == errc::revoked; });
  it.settle();
  CHECK(bob.is_open());
  CHECK(anonymous.is_open());
}

TEST_CASE("a connection that opens while its user is revoked is closed") {
  node_fixture it(1);
  const auto now = unix_ms();
  CHECK(it.verifier.revoke({net::auth::revocation_kind::user, "ada", now, now + 60'000}, now));
  // Its handshake was checked before the revocation.
  auto& late = it.open_with(0, as(holder("ada")));
  it.wait_until(late, [&] { return late.close_reason == errc::revoked; });
  it.loops.wait_until(0, [&] { return it.node.users().count("ada") == 0; });
}
