#include "actors/room/room_edge_actor.hpp"

#include <mutex>

#include "actors/room/edge_directory.hpp"
#include "tests/actors/fakes.hpp"
#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// Keeps what is published and delivers nothing.
struct silent_bus final : cluster::bus {
  result<void> publish(const cluster::command& what) override {
    std::lock_guard guard(lock);
    commands.push_back(what);
    return {};
  }
  result<void> publish(const cluster::event_ptr&) override { return {}; }
  bool may_lose() const override { return loses; }
  void subscribe(const topic&) override {
    std::lock_guard guard(lock);
    ++subscriptions;
  }
  void unsubscribe(const topic&) override {
    std::lock_guard guard(lock);
    --subscriptions;
  }
  std::mutex lock;
  std::vector<cluster::command> commands;
  int subscriptions = 0;
  bool loses = false;
};

edge_request join_of(const fake_session& who, net::wire_format format = {}) {
  edge_request out;
  out.what = edge_request::kind::join;
  out.from = who.id();
  out.serial = 1;
  out.format = format;
  out.join_ref = out.reference = net::ref{"\"1\""};
  return out;
}

cluster::event_ptr answer(const cluster::command& what, cluster::event::kind kind) {
  cluster::event out;
  out.life = out.in = epoch{1};
  out.where = what.where;
  out.what = kind;
  out.origin = what.from;
  out.number = what.number;
  out.member = what.member;
  out.epoch_text = "e";
  return cluster::share(std::move(out));
}

}  // namespace

TEST_CASE("an edge subscribes, asks the owner, answers its client, and unsubscribes at its end") {
  silent_bus bus;
  world it;
  auto* const before = std::exchange(it.node.context().bus, &bus);
  auto& client = it.open(1);
  const topic where{"room:1"};
  auto edge = it.node.context().edges->acquire(where);
  caf::anon_send(edge, join_of(client));
  it.settle();
  REQUIRE(bus.commands.size() == 1);
  CHECK(bus.subscriptions == 1);
  CHECK(bus.commands[0].what == cluster::command::kind::join);
  CHECK(bus.commands[0].number == 1);
  CHECK(bus.commands[0].member == client.id());
  CHECK(it.got(client).empty());
  caf::anon_send(edge, answer(bus.commands[0], cluster::event::kind::joined));
  it.wait_for(client, "\"epoch\":\"e\"");
  CHECK(it.probe.value(metrics::counter::joins) == 1);
  it.node.context().edges->release(where);
  it.settle();
  CHECK(bus.subscriptions == 0);
  it.node.context().bus = before;
}

TEST_CASE("a broadcast is encoded once a format, whatever the number of members and loops") {
  world it;
  std::vector<fake_session*> clients;
  for (std::size_t i = 0; i < 40; ++i) {
    clients.push_back(&it.open(i % 2, net::wire_format{net::codec_id::v2, i >= 20}));
    it.join(*clients.back(), "room:1");
  }
  const auto before = it.probe.value(metrics::counter::encodes);
  it.say(*clients[0], line("2", "room:1", "x"));
  for (auto* each : clients) it.wait_for(*each, "\"x\"");
  it.settle();
  CHECK(it.probe.value(metrics::counter::encodes) - before == 2);
  CHECK(it.probe.value(metrics::counter::deliveries_out) == 40);
}
