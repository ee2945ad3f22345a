// SPDX-License-Identifier: Apache-2.0
// How an edge begins again at a new owner, and after a broken link.
#include "cluster/phx_ref.hpp"
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

namespace {

/// An edge on a bus with owners; the first ownership is 1.
struct owned_fixture : edge_fixture {
  owned_fixture() { edge.use_owner(1); }
  void attach(std::uint64_t ownership) {
    out.clear();
    edge.attach(ownership, now, out);
  }
  const commands::attach& sent() { return as<commands::attach>(out.commands.at(0)); }
  cluster::event attached(std::uint64_t head, bool recovered = true,
                          std::uint64_t notifications = 0) const {
    return answer(events::attached{{}, notifications, recovered}, 0, 0, head);
  }
  std::vector<std::uint64_t> members() {
    std::vector<std::uint64_t> all;
    for (const auto& each : sent().members) all.push_back(each.connection.value);
    std::ranges::sort(all);
    return all;
  }
  std::vector<std::uint64_t> undecided() {
    std::vector<std::uint64_t> all;
    for (const auto each : sent().undecided) all.push_back(each.value);
    std::ranges::sort(all);
    return all;
  }
};

edge_request join_with_meta(owned_fixture& b, std::uint64_t member, const std::string& meta) {
  b.serials[member] = ++b.last_serial;
  b.join_refs[member] = "1";
  auto request = b.asked(edge_request_kind::join, member, "1");
  request.user = "ann";
  request.options = std::make_shared<const join_options>(join_options{{}, {}, meta});
  return request;
}

}  // namespace

TEST_CASE("every command names the ownership that the edge knows") {
  owned_fixture b;
  b.join(1, "1");
  CHECK(b.out.commands.at(0).ownership == 1);
  b.attach(5);
  for (const auto& each : b.out.commands) CHECK(each.ownership == 5);
}

TEST_CASE("at a new owner an edge attaches with its position and members, then resends") {
  owned_fixture b;
  const auto number = b.ask(join_with_meta(b, 1, R"({"a":1})"));
  const auto join = b.out.commands.back().id;
  b.tell(b.answer(events::joined{}, number, 1, 7));
  b.push(1, "2");
  b.attach(2);
  CHECK(b.commands() == lines{"attach 0", "push 2"});
  CHECK(b.out.commands[0].answered == 1);
  CHECK(b.sent().epoch_number == epoch{1});
  CHECK(b.sent().at == offset{7});
  REQUIRE(b.sent().members.size() == 1);
  const auto& member = b.sent().members[0];
  CHECK(member.user == "ann");
  CHECK(member.meta.data.view() == R"({"a":1})");
  CHECK(member.phx_ref == cluster::phx_ref_of(join));
  CHECK(b.unicasts(1).empty());  // the client notices nothing
}

TEST_CASE("a changed meta is attached with its own ref once the owner has applied it") {
  owned_fixture b;
  b.tell(b.answer(events::joined{}, b.ask(join_with_meta(b, 1, "{}")), 1));
  auto change = b.asked(edge_request_kind::update_meta, 1, "2");
  change.payload.data = slice::of(bytes_ptr::copy(R"({"b":2})"));
  b.out.clear();
  const auto number = b.ask(std::move(change));
  const auto id = b.out.commands.back().id;
  b.attach(2);
  CHECK(b.sent().members.at(0).meta.data.view() == "{}");
  b.incarnation = 2;
  b.tell(b.attached(0));
  b.tell(b.answer(events::done{}, number, 1));
  b.attach(3);
  CHECK(b.sent().members.at(0).meta.data.view() == R"({"b":2})");
  CHECK(b.sent().members.at(0).phx_ref == cluster::phx_ref_of(id));
}

TEST_CASE("members with an unanswered join or leave are undecided") {
  owned_fixture b;
  for (std::uint64_t member = 1; member <= 4; ++member) b.enter(member);
  b.leave(2, "2");
  b.join(3, "3");
  b.join(5, "1");
  b.attach(2);
  CHECK(b.members() == std::vector<std::uint64_t>{1, 4});
  CHECK(b.undecided() == std::vector<std::uint64_t>{2, 3, 5});
  CHECK(b.commands() == lines{"attach 0", "leave 5", "join 6", "join 7"});
}

TEST_CASE("an edge that the owner needs nothing of does not attach") {
  owned_fixture b;
  b.attach(2);
  CHECK(b.out.commands.empty());
  b.incarnation = 2;
  b.enter(1);
  b.tell(b.answer(events::left{}, b.leave(1, "2"), 1));
  b.attach(3);
  CHECK(b.out.commands.empty());
}

TEST_CASE("many members are attached in parts") {
  owned_fixture b;
  const std::string large(100'000, 'x');
  for (std::uint64_t member = 1; member <= 5; ++member) {
    const auto number = b.ask(join_with_meta(b, member, "{\"x\":\"" + large + "\"}"));
    b.tell(b.answer(events::joined{}, number, member));
    b.out.clear();
  }
  b.attach(2);
  REQUIRE(b.commands() == lines{"attach 0", "attach 0", "attach 0"});
  std::size_t members = 0;
  for (std::uint32_t part = 0; part < 3; ++part) {
    const auto& sent = as<commands::attach>(b.out.commands[part]);
    CHECK(sent.part == part);
    CHECK(sent.parts == 3);
    members += sent.members.size();
  }
  CHECK(members == 5);
}

TEST_CASE("an edge has attached when the last part is answered") {
  owned_fixture b;
  b.enter(1, 3);
  b.attach(2);
  b.incarnation = 2;
  auto part = b.attached(5, false);
  as<events::attached>(part).is_complete = false;
  b.tell(part);
  CHECK(b.edge.is_attaching());
  CHECK(b.edge.channels() == 1);
  b.tell(b.attached(3));
  CHECK_FALSE(b.edge.is_attaching());
  CHECK(b.edge.channels() == 1);
}

TEST_CASE("the size of an attach covers members and unanswered commands") {
  owned_fixture b;
  CHECK_FALSE(b.edge.needs_owner());
  CHECK(b.edge.attach_bytes(100'000) == 0);
  const auto meta = "{\"x\":\"" + std::string(10'000, 'x') + "\"}";
  const auto number = b.ask(join_with_meta(b, 1, meta));
  const auto before = b.edge.attach_bytes(100'000);
  CHECK(before > 20'000);  // member and join
  b.tell(b.answer(events::joined{}, number, 1));
  CHECK(b.edge.needs_owner());
  CHECK(b.edge.attach_bytes(100'000) < before - 10'000);
  CHECK(b.edge.attach_bytes(5'000) == 5'000);
}

TEST_CASE("a new owner that continues the room ends no channel, and missing events are fetched") {
  owned_fixture b;
  b.enter(1, 3);
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.attached(5));
  CHECK(b.unicasts(1).empty());
  CHECK(b.commands() == lines{"attach 0", "fetch 3"});
  b.tell(b.ordered(4));
  CHECK(b.broadcasts() == lines{"msg 4"});
}

TEST_CASE("a new owner that does not continue the room ends the channels") {
  owned_fixture b;
  b.enter(1, 3);
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.attached(0, false));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.edge.channels() == 0);
}

TEST_CASE("a push that such an owner refuses may have been applied by the former one") {
  owned_fixture b;
  b.enter(1, 3);
  const auto before = b.push(1, "2");
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.attached(0, false));
  b.out.clear();
  b.tell(b.refused(errc::unmatched_topic, before, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 unknown outcome"});
}

TEST_CASE("events of a former owner are dropped") {
  owned_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.attach(2);
  b.tell(b.ordered(1, number, 1));
  b.tell(b.refused(errc::unmatched_topic, number, 1));
  auto without_room = b.refused(errc::unavailable, number, 1);
  without_room.epoch_text.clear();
  b.tell(without_room);
  CHECK(b.unicasts(1).empty());
  b.incarnation = 2;
  b.tell(b.attached(0));
  b.tell(b.ordered(1, number, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("events of a new owner are dropped until it has answered the attach") {
  owned_fixture b;
  b.enter(1, 3);
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.ordered(4));
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  CHECK(b.broadcasts().empty());
  b.tell(b.attached(4));
  CHECK(b.commands() == lines{"attach 0", "fetch 3"});
}

TEST_CASE("the notifications of a new owner are counted from the start") {
  owned_fixture b;
  b.enter(1);
  for (std::uint64_t n = 1; n <= 9; ++n)
    b.tell(b.of_room(events::notification{n, "presence_diff", empty_object()}));
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.attached(0));
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  CHECK(b.broadcasts() == lines{"presence_diff"});
  CHECK(b.commands() == lines{"attach 0"});
  b.tell(b.of_room(events::head{2}));  // the edges of all nodes have attached
  CHECK(as<commands::fetch>(b.out.commands.back()).wants_side_state);
}

TEST_CASE("an edge that attaches after a new owner has published notifications fetches all") {
  owned_fixture b;
  b.enter(1);
  b.attach(2);
  b.incarnation = 2;
  b.tell(b.attached(0, true, 3));
  CHECK(as<commands::fetch>(b.out.commands.back()).wants_side_state);
}

TEST_CASE("after a broken link an edge attaches at the same owner and fetches what it missed") {
  owned_fixture b;
  b.enter(1, 3);
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}, 3));
  b.attach(1);
  CHECK(b.commands() == lines{"attach 0"});
  b.out.clear();
  b.tell(b.attached(5, true, 2));
  CHECK(b.commands() == lines{"fetch 3", "fetch 3"});
  CHECK(as<commands::fetch>(b.out.commands[0]).wants_side_state);
  CHECK(b.unicasts(1).empty());
}

TEST_CASE("a crash during a broken link ends the channels") {
  owned_fixture b;
  b.enter(1, 3);
  b.attach(1);
  auto late = b.attached(3, false);
  late.epoch_number = {1, 1};
  b.tell(late);
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
}

TEST_CASE("an ownership older than the present one changes nothing") {
  owned_fixture b;
  b.enter(1);
  b.attach(3);
  b.attach(2);
  CHECK(b.out.commands.empty());
  b.push(1, "2");
  CHECK(b.out.commands.at(0).ownership == 3);
}
