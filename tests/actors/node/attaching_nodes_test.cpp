// SPDX-License-Identifier: Apache-2.0
// Many edges of a node that attach at the same time to one owner.
#include "actors/messages/edge_request.hpp"
#include "tests/actors/node/two_nodes.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

constexpr std::size_t edges = 400;

/// Links that hold little.
cluster_parts small_bounds() {
  cluster_parts out;
  out.limits.frame_bytes_max = 8'000;
  out.limits.queue_bytes_max = 100'000;
  out.attaching = {20, 30'000};
  return out;
}

edge_request join_of(const session_fixture& client) {
  edge_request out;
  out.kind = edge_request_kind::join;
  out.from = client.id();
  out.serial = 1;
  out.join_ref = out.reference = net::ref{"\"1\""};
  out.user = "ann";
  const auto meta = "{\"x\":\"" + std::string(1'000, 'x') + "\"}";
  out.options = std::make_shared<const join_options>(join_options{{}, {}, meta});
  return out;
}

}  // namespace

TEST_CASE("edges that attach at the same time after a broken link do not break it again") {
  two_nodes its(small_bounds());
  auto& client = its.open();
  const auto joined = [&] { return client.count("phx_reply"); };
  const auto topics = its.topics(edges);
  for (std::size_t i = 0; i < topics.size(); ++i) {
    caf::anon_send(its.one.node.edges().acquire(topics[i]), join_of(client));
    if (i % 20 == 0) its.one.loops.wait_until(0, [&] { return joined() >= i; });
  }
  its.one.loops.wait_until(0, [&] { return joined() == edges; });
  std::uint64_t breaks = 0;
  auto& pacer = its.one.node.edges().pacer();
  const auto before = pacer.begun();
  its.one.loops.on(0, [&] {
    breaks = its.one.links().node().links().breaks;
    its.one.handler->connection_lost();
    its.one.handler->connection_back();
  });
  its.one.loops.wait_until(0, [&] { return pacer.begun() >= before + edges && pacer.is_idle(); });
  its.one.loops.on(0, [&] {
    CHECK(its.one.links().node().links().overruns == 0);
    CHECK(its.one.links().node().links().breaks == breaks + 1);
    CHECK(its.one.links().undelivered().overruns == 0);
  });
}
