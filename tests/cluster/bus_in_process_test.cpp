// SPDX-License-Identifier: Apache-2.0
#include "cluster/bus_in_process.hpp"

#include <array>

#include "tests/cluster/bus_contract.hpp"
#include "tests/fixtures/bus_recorder.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

constexpr node_id self{7};

struct one_node {
  tests::recorder heard;
  bus_in_process only{heard, self};

  std::size_t nodes() const { return 1; }
  node_id id(std::size_t) const { return self; }
  cluster::bus& bus(std::size_t) { return only; }
  tests::recorder& arrived(std::size_t) { return heard; }
  void settle() {}
};

/// A handler that publishes inside its callbacks, as edges and rooms do.
class answering_handler final : public bus_handler {
 public:
  void command_arrived(command&& command) override {
    (void)out->publish(contract::ordered_in(command.topic.name, command.id.number),
                       std::array{self});
  }
  void event_arrived(const event_ptr& event) override { offsets.push_back(event->at.value); }
  void link_broke(node_id, bool) override {}
  void owner_changed(shard_id, const announced_owner&) override {}
  void attaching_finished(shard_id, std::uint64_t) override {}
  cluster::bus* out = nullptr;
  std::vector<std::uint64_t> offsets;
};

}  // namespace

TEST_CASE("the in-process bus passes the bus contract") { contract::run_bus_contract<one_node>(); }

TEST_CASE("the in-process bus can be called from inside its handler") {
  answering_handler handler;
  bus_in_process bus(handler, self);
  handler.out = &bus;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    CHECK(bus.publish(contract::push_to("room:a", {node_id{1}, 1}, n)));
  }
  CHECK(handler.offsets == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("the in-process bus delivers an event without a copy") {
  one_node fixture;
  const auto sent = contract::ordered_in("room:a", 1);
  REQUIRE(fixture.only.publish(sent, std::array{self}));
  CHECK(fixture.heard.events()[0] == sent);
}

TEST_CASE("the in-process bus loses nothing and never changes owners") {
  one_node fixture;
  CHECK_FALSE(fixture.only.may_lose());
  CHECK_FALSE(fixture.only.is_attaching({}));
  fixture.only.finish_attaching({}, 0);
  CHECK(fixture.heard.reports().empty());
}
