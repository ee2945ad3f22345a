// SPDX-License-Identifier: Apache-2.0
#include "cluster/bus_in_process.hpp"

#include <mutex>

#include "tests/cluster/bus_contract.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

class recorder final : public bus_handler {
 public:
  void command_arrived(command&& command) override {
    std::lock_guard guard(lock_);
    commands_.push_back(command);
  }
  void event_arrived(const event_ptr& event) override {
    std::lock_guard guard(lock_);
    events_.push_back(event);
  }
  std::vector<command> commands() {
    std::lock_guard guard(lock_);
    return commands_;
  }
  std::vector<event_ptr> events() {
    std::lock_guard guard(lock_);
    return events_;
  }

 private:
  std::mutex lock_;
  std::vector<command> commands_;
  std::vector<event_ptr> events_;
};

struct one_node {
  recorder arrived;
  bus_in_process only{arrived};

  std::size_t nodes() const { return 1; }
  cluster::bus& bus(std::size_t) { return only; }
  std::vector<command> commands() { return arrived.commands(); }
  std::vector<event_ptr> events(std::size_t) { return arrived.events(); }
  void settle() {}
};

/// A handler that publishes and subscribes inside its callbacks, as edges and rooms do.
class answering_handler final : public bus_handler {
 public:
  void command_arrived(command&& command) override {
    out->subscribe(command.topic);
    (void)out->publish(contract::ordered_in(command.topic.name, command.id.number));
  }
  void event_arrived(const event_ptr& event) override {
    offsets.push_back(event->at.value);
    out->unsubscribe(event->topic);
  }
  cluster::bus* out = nullptr;
  std::vector<std::uint64_t> offsets;
};

}  // namespace

TEST_CASE("the in-process bus passes the bus contract") { contract::run_bus_contract<one_node>(); }

TEST_CASE("the in-process bus can be called from inside its handler") {
  answering_handler handler;
  bus_in_process bus(handler);
  handler.out = &bus;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    CHECK(bus.publish(contract::push_to("room:a", {node_id{1}, 1}, n)));
  }
  CHECK(handler.offsets == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("the in-process bus delivers an event without a copy and reports that it is lossless") {
  one_node fixture;
  fixture.only.subscribe(topic{"room:a"});
  const auto sent = contract::ordered_in("room:a", 1);
  REQUIRE(fixture.only.publish(sent));
  CHECK(fixture.events(0)[0] == sent);
  CHECK_FALSE(fixture.only.may_lose());
}
