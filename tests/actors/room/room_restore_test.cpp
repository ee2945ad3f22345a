// SPDX-License-Identifier: Apache-2.0
// A later owner's room, made from a snapshot and records, continues where the earlier one ended.
#include "tests/actors/room/stored_room.hpp"

using namespace roost;
using namespace roost::actors;
namespace records = cluster::records;

namespace {

/// A handler whose state is the number of events that it has broadcast. Event "boom" throws.
class counting_handler final : public room_handler {
 public:
  explicit counting_handler(std::string& seen) : seen_(seen) {}
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("boom");
    context.broadcast(std::string(pushed.event), pushed.payload);
    seen_ = std::to_string(++count_);
  }
  std::string snapshot() const override { return std::to_string(count_); }
  void restore(std::string_view state) override {
    if (state == "bad") throw std::runtime_error("bad state");
    count_ = std::stoi(std::string(state));
    seen_ = "restored " + std::to_string(count_);
  }
  void replay(const message& event) override {
    ++count_;
    seen_ += " " + std::string(event.event);
  }

 private:
  std::string& seen_;
  int count_ = 0;
};

cluster::room_snapshot::edge only_edge(const cluster::room_snapshot& of) {
  REQUIRE(of.edges.size() == 1);
  return of.edges[0];
}

}  // namespace

TEST_CASE("a room from records continues the offsets and history in a new epoch") {
  owners o;
  o.b.join(1);
  for (int i = 0; i < 3; ++i) o.b.push(1, "msg");
  const auto& loaded = o.load();
  CHECK(loaded.head() == offset{3});
  CHECK(loaded.epoch_text() == "n2");
  CHECK(loaded.past().current() == epoch{2});
  CHECK(loaded.members() == 0);
  const auto old = o.resume("e1", 1);
  CHECK(old.recovered == true);
  CHECK(offsets_of(old.events) == std::vector<std::uint64_t>{2, 3});
  CHECK(old.events[0]->epoch_text == "e1");
  CHECK(ordered_of(*old.events[0]).name == "heard msg");
  CHECK(o.resume("n2", 3).recovered == true);
  CHECK(o.resume("e1", 4).recovered == false);
}

TEST_CASE("a room from a snapshot and later records equals the one that made them") {
  owners o;
  o.b.join(1);
  for (int i = 0; i < 2; ++i) o.b.push(1, "msg");
  o.b.apply(o.b.pushing(1, "boom"));
  o.b.join(1);
  o.store.checkpoint(o.b.room, o.b.now);
  o.b.push(1, "msg");
  o.b.apply(o.b.pushing(1, "boom"));
  o.load();
  const auto first = o.b.room.snapshot(o.b.now);
  const auto second = o.next->snapshot(o.b.now);
  CHECK(second.head == first.head);
  REQUIRE(second.epochs.size() == first.epochs.size() + 1);
  for (std::size_t i = 0; i < first.epochs.size(); ++i) {
    CHECK(second.epochs[i].of.text == first.epochs[i].of.text);
    CHECK(second.epochs[i].of.number() == first.epochs[i].of.number());
    CHECK(second.epochs[i].first == first.epochs[i].first);
  }
  REQUIRE(second.history.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(second.history[i].at == first.history[i].at);
    CHECK(second.history[i].body.command == first.history[i].body.command);
  }
  CHECK(only_edge(second).last == only_edge(first).last);
  CHECK(only_edge(second).answers.size() == only_edge(first).answers.size());
}

TEST_CASE("a position of an ownership in which the room had no event can be resumed") {
  owners o;
  o.b.join(1);
  for (int i = 0; i < 3; ++i) o.b.push(1, "msg");
  o.store.of_shard = {{1, "e1"}, {2, "n2"}, {3, "n3"}, {4, "n4"}};
  o.load(4);
  CHECK(o.resume("n2", 3).recovered == true);
  CHECK(o.resume("n2", 2).recovered == false);
  CHECK(o.resume("n2", 4).recovered == false);
  CHECK(o.publish().at == offset{4});
  CHECK(offsets_of(o.resume("n3", 3).events) == std::vector<std::uint64_t>{4});
  CHECK(o.resume("n3", 4).recovered == false);
  CHECK(o.resume("n5", 3).recovered == false);
}

TEST_CASE("a take-over alone does not make a resume fail when no event is held") {
  auto rule = without_presence();
  rule.history.events_max = 0;
  owners o(rule);
  o.b.join(1);
  o.b.push(1, "msg");
  o.store.checkpoint(o.b.room, o.b.now);
  o.store.of_shard = {{1, "e1"}, {2, "n2"}};
  o.load(2);
  CHECK(o.resume("e1", 1).recovered == true);
  CHECK(o.resume("e1", 0).recovered == false);
}

TEST_CASE("a room that is loaded again under the same ownership goes on in its epoch") {
  owners o;
  o.b.join(1);
  o.b.push(1, "msg");
  o.b.apply(o.b.pushing(1, "boom"));
  CHECK(o.load(1).epoch_text() == "e2");
  CHECK(o.next->past().current() == epoch{1, 1});
}

TEST_CASE("idempotency keys of a snapshot and of records are known to the next owner") {
  owners o;
  o.publish_old("x");
  o.store.checkpoint(o.b.room, o.b.now);
  o.publish_old("y");
  o.load();
  CHECK(as<events::repeated>(o.publish("x")).at.at == offset{1});
  CHECK(as<events::repeated>(o.publish("y")).at.at == offset{2});
  CHECK(is<events::ordered>(o.publish("z")));
}

TEST_CASE("receipts of a snapshot and of records are kept and not announced again") {
  owners o;
  o.b.join(1);
  for (int i = 0; i < 2; ++i) o.b.push(1, "msg");
  o.b.apply(o.b.command(commands::mark_read{"ann", {"e1", offset{1}}}, 1));
  o.b.tick(milliseconds(200));
  o.store.checkpoint(o.b.room, o.b.now);
  o.b.apply(o.b.command(commands::mark_read{"bob", {"e1", offset{2}}}, 1));
  o.b.tick(milliseconds(200));
  o.load();
  const auto joined =
      as<events::joined>(o.answer(o.b.command(commands::join{}, 1, room_fixture::there)));
  REQUIRE(joined.side_state->entries.size() == 1);
  const std::string all(joined.side_state->entries[0].second.data.view());
  CHECK(all.find("ann") != all.npos);
  CHECK(all.find("bob") != all.npos);
  room_fixture::event_list out;
  o.next->tick(o.b.now + milliseconds(1'000), out);
  CHECK(out.empty());
}

TEST_CASE("a handler gets its stored state and the events since then") {
  std::string seen;
  const handler_factory counting = [&](const room_rule&) {
    return std::make_unique<counting_handler>(seen);
  };
  room_fixture b(without_presence(), nullptr, counting);
  b.room.make_durable();
  stored_room store;
  b.join(1);
  for (int i = 0; i < 2; ++i) b.push(1, "a");
  store.checkpoint(b.room, b.now);
  b.push(1, "b");
  store.take(b.room);
  auto next = store.load(without_presence(), counting, {epoch{2}, "n"}, b.now);
  CHECK(seen == "restored 2 b");
  CHECK(next->snapshot(b.now).handler_state == "3");
  b.apply(b.pushing(1, "boom"));  // the handler's state is lost
  b.join(1);
  b.push(1, "c");
  store.take(b.room);
  seen.clear();
  next = store.load(without_presence(), counting, {epoch{2}, "n"}, b.now);
  CHECK(seen == " c");
}

TEST_CASE("a room whose handler cannot read its stored state crashes and goes on without it") {
  std::string seen;
  const handler_factory counting = [&](const room_rule&) {
    return std::make_unique<counting_handler>(seen);
  };
  stored_room store;
  store.snapshot = cluster::room_snapshot{};
  store.snapshot->epochs = {{{1, 0, "e1"}, offset{1}}};
  store.snapshot->handler_state = "bad";
  room loaded(topic{"room:1"}, without_presence(), counting);
  loaded.restore(*store.snapshot, {});
  CHECK_THROWS(loaded.open({epoch{2}, "n"}, nullptr));
  room_fixture::event_list out;
  loaded.crashed(nullptr, {epoch{2, 1}, "m"}, {}, out);
  CHECK(is<events::crashed>(*out.at(0)));
  CHECK(loaded.epoch_text() == "m");
}

TEST_CASE("a record that does not follow the one before is reported") {
  owners o;
  o.b.join(1);
  for (int i = 0; i < 3; ++i) o.b.push(1, "msg");
  o.store.take(o.b.room);
  o.store.records.erase(o.store.records.begin() + 1);
  CHECK_FALSE(o.store.load(o.rule, o.b.handlers(), {epoch{2}, "n"}, o.b.now));
}

TEST_CASE("a room that is loaded again in its epoch numbers its notifications above all earlier") {
  std::uint64_t last = 0;
  for (std::uint64_t load = 1; load <= 3; ++load) {
    room loaded(topic{"room:1"}, room_rule{},
                [](const room_rule& rule) { return make_handler(rule); });
    loaded.make_durable();
    loaded.open({epoch{1}, "e1"}, nullptr, load);
    room_fixture b;
    room_fixture::event_list out;
    loaded.apply(b.command(commands::join{}, 1), b.now, out);
    loaded.tick(b.now + milliseconds(10'000), out);
    REQUIRE(out.size() == 2);
    const auto& made = std::get<events::notification>(out[1]->body);
    CHECK(made.notifications > last);
    last = made.notifications;
  }
}

TEST_CASE("a removed room keeps its place and numbers and forgets the rest") {
  owners o;
  o.publish_old("x");
  o.b.room.retire(7);
  o.load();
  CHECK(o.next->head() == offset{1});
  CHECK(o.next->past().size() == 0);
  const auto stored = o.next->snapshot(o.b.now);
  CHECK(stored.keys.empty());
  CHECK(only_edge(stored).last == 1);
  CHECK(o.publish("x").at == offset{2});
}

TEST_CASE("a loaded room keeps all its events until its edges have attached") {
  auto rule = without_presence();
  rule.history.events_max = 2;
  rule.history.age_ms_max = 1'000;
  owners o(rule);
  o.b.join(1);
  for (int i = 0; i < 5; ++i) o.b.push(1, "msg");
  o.load();
  CHECK(o.next->past().size() == 5);
  CHECK_FALSE(o.next->next_due());
  o.b.now += milliseconds(10'000);
  o.publish();
  CHECK(o.next->past().size() == 6);
  o.next->keep_all(false, o.b.now);
  CHECK(o.next->past().size() == 1);
}

TEST_CASE("a stored room is recorded as used once in each ownership and once an hour") {
  std::int64_t wall_ms = 1'000'000;
  const auto clock = [&wall_ms] { return wall_ms; };
  room_fixture b;
  room owner(topic{"room:1"}, room_rule{}, b.handlers(), nullptr, true, clock);
  owner.make_durable();
  cluster::room_snapshot stored;
  stored.epochs = {{{1, 0, "e1"}, offset{1}}};
  stored.touched_ms = wall_ms;
  owner.restore(stored, b.now);
  owner.open({epoch{2}, "e2"}, nullptr);
  room_fixture::event_list out;
  const auto records_of_join = [&](connection_id member) {
    owner.apply(b.command(commands::join{}, member.value), b.now, out);
    return owner.take_records().size();
  };
  CHECK(records_of_join(connection_id{1}) == 1);
  CHECK(records_of_join(connection_id{2}) == 0);
  wall_ms += 3'600'000;
  CHECK(records_of_join(connection_id{3}) == 1);
  CHECK(owner.snapshot(b.now).touched_ms == wall_ms);
}

TEST_CASE("a room that nothing is stored of is not stored because it is joined") {
  owners o;
  o.b.join(1);
  CHECK(o.b.room.take_records().empty());
}
