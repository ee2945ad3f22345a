// SPDX-License-Identifier: Apache-2.0
// The actors of edges that attach in turn.
#include <deque>
#include <mutex>
#include <optional>
#include <set>

#include "actors/edge/edge_registry.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"
#include "tests/fixtures/lone_bus.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// A bus with another owner, which records commands and notices.
struct attach_bus final : lone_bus {
  attach_bus() {
    owner = {node_id{5}, 1};
    loses = true;
  }
  result<void> publish(cluster::command&& command) override {
    std::lock_guard guard(lock);
    commands.push_back(std::move(command));
    return {};
  }
  result<void> publish(const cluster::event_ptr&, std::span<const node_id>) override { return {}; }
  void finish_attaching(cluster::shard_id, std::uint64_t) override {
    std::lock_guard guard(lock);
    ++finishes;
  }
  std::mutex lock;
  std::vector<cluster::command> commands;
  int finishes = 0;
};

struct attach_fixture {
  explicit attach_fixture(attach_limits limits) {
    shared.attaching = limits;
    edges.emplace(shared, it.node.scheduler());
  }
  ~attach_fixture() {
    edges->end_all();
    it.settle();
  }
  /// The edge of a topic with a member, whose join was answered.
  void enter(std::uint64_t number, std::uint64_t member = 0, std::size_t meta_bytes = 0) {
    edge_request join;
    join.kind = edge_request_kind::join;
    join.from = member == 0 ? client.id() : connection_id{client.id().value + member};
    join.serial = 1;
    join.join_ref = join.reference = net::ref{"\"1\""};
    const auto meta = "{\"x\":\"" + std::string(meta_bytes, 'x') + "\"}";
    join.options = std::make_shared<const join_options>(join_options{{}, {}, meta});
    caf::anon_send(edges->acquire(name(number)), std::move(join));
    it.settle();
    answer(take().at(0), events::joined{});
  }
  static roost::topic name(std::uint64_t number) {
    return roost::topic{"room:" + std::to_string(number)};
  }
  template <class Kind>
  void answer(const cluster::command& command, Kind kind) {
    kind.command = command.id;
    if constexpr (requires { kind.at; }) kind.at = {"e", offset{0}};
    caf::anon_send(
        edges->find(command.topic),
        cluster::share({command.topic, epoch{command.ownership}, "e", offset{0}, std::move(kind)}));
    it.settle();
  }
  /// The commands that were published since the last call.
  std::vector<cluster::command> take() {
    std::lock_guard guard(bus.lock);
    return std::exchange(bus.commands, {});
  }
  void report_owner(const cluster::announced_owner& owner) {
    bus.owner = owner;
    std::shared_ptr<const void> round{this, [this](const void*) { bus.finish_attaching({}, 1); }};
    edges->send_to({}, shard_has_owner{{}, owner, std::move(round)});
    it.settle();
  }
  int finishes() {
    std::lock_guard guard(bus.lock);
    return bus.finishes;
  }

  attach_bus bus;
  node_fixture it;
  session_fixture& client = it.open(0);
  edge_dependencies shared{
      it.node.edge_shared().config, it.node.edge_shared().probe, bus,
      it.node.edge_shared().rules,  it.node.edge_shared().self,  it.node.edge_shared().fan_outs,
      it.node.edge_shared().api};
  std::optional<edge_registry> edges;
};

std::size_t attaches(const std::vector<cluster::command>& all) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const auto& each) { return is<commands::attach>(each); }));
}

}  // namespace

TEST_CASE("edges attach in turn, and the node has finished when the last one has sent its attach") {
  attach_fixture b({2, 1'000'000});
  for (std::uint64_t i = 1; i <= 5; ++i) b.enter(i);
  b.report_owner({node_id{6}, 2});
  std::set<std::string> seen;
  std::deque<cluster::command> unanswered;
  const auto collect = [&] {
    for (auto& each : b.take()) {
      REQUIRE(is<commands::attach>(each));
      CHECK(each.ownership == 2);
      CHECK(seen.insert(each.topic.name).second);
      unanswered.push_back(std::move(each));
    }
  };
  collect();
  while (!unanswered.empty()) {
    CHECK(unanswered.size() == (seen.size() == 5 ? unanswered.size() : 2));
    CHECK(b.finishes() == (seen.size() == 5 ? 1 : 0));
    b.answer(unanswered.front(), events::attached{});
    unanswered.pop_front();
    collect();
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("the answer of a former owner to a query does not count") {
  attach_fixture b({1, 1'000'000});
  const auto topic = attach_fixture::name(1);
  edge_request query;
  query.kind = edge_request_kind::query;
  query.call = std::make_shared<const api_call>(api_call{.request_id = 3});
  caf::anon_send(b.edges->acquire(topic), std::move(query));
  b.it.settle();
  const auto first = b.take();
  REQUIRE(first.size() == 1);
  b.bus.owner = {node_id{6}, 2};
  b.answer(first[0], events::snapshot{});
  b.answer(first[0], events::not_found{});
  b.report_owner(b.bus.owner);
  const auto again = b.take();
  REQUIRE(again.size() == 1);  // and no attach, which would create the room
  CHECK(is<commands::query>(again[0]));
  CHECK(again[0].ownership == 2);
}

TEST_CASE("an edge that waits for its turn goes to the newest owner") {
  attach_fixture b({1, 1'000'000});
  b.enter(1);
  b.enter(2);
  b.report_owner({node_id{6}, 2});
  CHECK(attaches(b.take()) == 1);
  b.report_owner({node_id{7}, 3});
  const auto sent = b.take();
  REQUIRE(attaches(sent) == 1);  // the other one waits again
  CHECK(sent[0].ownership == 3);
  b.report_owner({node_id{}, 3});
  b.report_owner({node_id{8}, 4});
  CHECK(b.take().at(0).ownership == 4);
}

TEST_CASE("an edge that ends gives its turn to the next one") {
  attach_fixture b({1, 1'000'000});
  b.enter(1);
  b.enter(2);
  b.report_owner({node_id{6}, 2});
  const auto first = b.take();
  REQUIRE(first.size() == 1);
  caf::anon_send(b.edges->find(first[0].topic), end_now{});
  b.it.settle();
  CHECK(attaches(b.take()) == 1);
}

TEST_CASE("an edge with many members sends the next part when the owner has answered the last") {
  attach_fixture b({4, 1'000'000});
  constexpr std::size_t meta_bytes = 150'000;
  for (std::uint64_t member = 1; member <= 3; ++member) b.enter(1, member, meta_bytes);
  b.report_owner({node_id{6}, 2});
  for (std::uint32_t part = 0; part < 3; ++part) {
    const auto sent = b.take();
    REQUIRE(sent.size() == 1);
    const auto& attach = std::get<commands::attach>(sent[0].body);
    CHECK(attach.part == part);
    CHECK(attach.parts == 3);
    CHECK(b.finishes() == (part == 2 ? 1 : 0));
    events::attached given;
    given.is_complete = part == 2;
    b.answer(sent[0], given);
  }
  CHECK(b.take().empty());
}
