// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out_actor.hpp"

#include <caf/send.hpp>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

TEST_CASE("the fan-out of a loop writes to its sessions and counts the messages") {
  node_fixture it(1);
  auto& one = it.open(0);
  auto& two = it.open(0);
  fan_out_batch batch;
  batch.edge_incarnation = 7;
  for (const auto* each : {&one, &two}) {
    auto& next = batch.unicasts.emplace_back();
    next.to = each->id();
    next.serial = 1;
    next.action = unicast::action_kind::subscribe;
  }
  batch.broadcasts.emplace_back().messages.add(
      {}, net::encoded_ptr::copy(net::encoded_kind::text, "news"));
  caf::anon_send(it.node.fan_outs()[0], std::move(batch));
  it.settle();
  CHECK(it.got(one) == std::vector<std::string>{"news"});
  CHECK(it.got(two) == std::vector<std::string>{"news"});
  CHECK(it.probe.value(metrics::counter::deliveries_out) == 2);
}
