// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/connection_factory.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

TEST_CASE("each session gets its own actor on its loop and the actor ends with the session") {
  node_fixture it;
  auto& one = it.open(0);
  it.open(1);
  it.open(1);
  std::size_t connections = 0;
  it.loops.on(1, [&] { connections = it.node.connections_by_loop().on(loop_id{1}).size(); });
  CHECK(connections == 2);
  it.close(one);
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
}

TEST_CASE("text and binary frames of a session reach its connection actor") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  const std::string binary(
      "\x00\x01\x01\x06\x01"
      "12room:1xhi",
      16);
  it.loops.on(0, [&] { client.handler->message(net::bytes_ptr::copy(binary), true); });
  it.wait_for(client, "hi");
  it.loops.on(0, [&] { client.handler->drained(); });
  CHECK(it.got(client).back().front() == '\x02');  // a binary broadcast
}

TEST_CASE("a draining connection factory closes a new session") {
  node_fixture it(1);
  actors::connection_factory gate(it.node.connection_shared(), it.node.scheduler(),
                                  it.node.fan_outs());
  gate.drain();
  auto& client = it.open(0);
  it.loops.on(0, [&] {
    client.handler->closed(1000);
    client.handler = gate.opened(client, {});
  });
  it.wait_until(client, [&] { return client.close_reason == errc::drain; });
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
}
