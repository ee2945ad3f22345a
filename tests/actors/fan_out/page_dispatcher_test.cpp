// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/page_dispatcher.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/session_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr std::size_t outbox = 4'000;  // two pages of 1,000 bytes at a time
constexpr net::wire_format v2{};
using stage = cluster::side_state_cursor::stage;

catch_up_progress at_event(std::uint64_t next, stage side = stage::end) {
  catch_up_progress out;
  out.next = offset{next};
  out.side.at = side;
  return out;
}

net::encoded_ptr message(char name, std::size_t bytes) {
  return net::encoded_ptr::copy(net::encoded_kind::binary, std::string(bytes, name));
}

struct fixture {
  fixture() { members.add(session(), 1, v2); }
  tests::session_fixture& session() { return static_cast<tests::session_fixture&>(*keeps); }
  /// A page with one frame of `bytes` bytes.
  void give(std::uint64_t room, catch_up_progress from, catch_up_progress to, std::size_t bytes,
            char name = 'p') {
    unicast unicast;
    unicast.to = session().id();
    unicast.serial = 1;
    catch_up_page page{{}, from, to};
    if (bytes > 0) page.messages.push_back(message(name, bytes));
    unicast.page = std::make_shared<const catch_up_page>(std::move(page));
    pages.take(session(), room, unicast, members, outbox);
  }
  std::string got() {
    std::string out;
    for (const auto& each : session().take()) out.push_back(each.front());
    return out;
  }
  /// The client has read everything, and the session reports that it is writable.
  void drained() {
    const bool wanted = session().wants_drained();
    got();
    if (wanted) pages.drained(session(), outbox);
  }
  std::size_t tell(bool is_ordered, char name = 'n', std::size_t bytes = 100) {
    broadcast broadcast;
    broadcast.is_ordered = is_ordered;
    if (!is_ordered) broadcast.message_class = net::message_class::out_presence;
    broadcast.messages.add(v2, message(name, bytes));
    return members.broadcast(broadcast, page_dispatcher::notification_bytes(outbox),
                             [&](net::session& session, channel_serial serial) {
                               pages.restart(session, 1, serial, outbox);
                             });
  }

  net::session_ptr keeps{new tests::session_fixture(connection_id{5})};
  subscribers members;
  std::vector<page_request> asked;
  page_dispatcher pages{[this](const page_request& request) { asked.push_back(request); }};
};

}  // namespace

TEST_CASE("a page that fits is sent at once and a caught-up member waits for nothing") {
  fixture b;
  b.session().limit_room(outbox);
  b.give(1, at_event(3, stage::start), {}, 500);
  CHECK(b.pages.size() == 1);  // its side state is still missing
  b.give(1, at_event(3), at_event(0), 500);
  CHECK(b.got() == "pp");
  CHECK(b.pages.size() == 0);
  CHECK(b.tell(true) == 1);
  CHECK(b.tell(false) == 1);
}

TEST_CASE("a page without room in the outbox is dropped and requested again when there is room") {
  fixture b;
  b.session().limit_room(outbox);
  b.session().send(message('x', 1'900), net::flush_class::small);
  b.give(1, at_event(3), at_event(4), 900);
  CHECK(b.asked.empty());
  REQUIRE(b.session().wants_drained());
  CHECK(b.session().drained_at() == outbox / 2 - 1'000);
  CHECK(b.tell(true) == 0);  // a live event would overtake missed ones
  b.drained();
  REQUIRE(b.asked.size() == 1);
  CHECK(b.asked[0].from.next == offset{3});
  CHECK(b.asked[0].member == b.session().id());
  CHECK(b.asked[0].serial == 1);
  CHECK(b.asked[0].bytes == 750);  // a page of 1,000 less a quarter for its envelope
  b.give(1, at_event(3), at_event(0), 900);
  CHECK(b.got() == "p");
  CHECK(b.pages.size() == 0);
}

TEST_CASE("requested and queued pages never take more than half of the outbox") {
  fixture b;
  b.session().limit_room(outbox);
  for (std::uint64_t room = 1; room <= 100; ++room) {
    b.members.add(b.session(), 1, v2);
    b.give(room, at_event(1), at_event(1), 0);
  }
  CHECK(b.asked.size() == 2);
  std::size_t rooms_done = 0;
  for (std::size_t i = 0; i < b.asked.size(); ++i) {
    const auto room = b.asked[i].edge_incarnation;
    CHECK(room == i + 1);  // round-robin
    b.give(room, at_event(1), at_event(0), 980);
    ++rooms_done;
    CHECK(b.session().queued_bytes() <= outbox / 2);
    b.drained();
    REQUIRE(b.asked.size() - rooms_done <= 2);
  }
  CHECK(rooms_done == 100);
  CHECK(b.pages.size() == 0);
}

TEST_CASE("a page larger than half of the outbox is sent alone when the outbox is empty") {
  fixture b;
  b.session().limit_room(outbox);
  b.session().send(message('x', 100), net::flush_class::small);
  b.give(1, at_event(1), at_event(1), 0);
  REQUIRE(b.asked.size() == 1);
  b.give(1, at_event(1), at_event(2), 5'000);  // one event larger than the bound
  CHECK(b.asked.size() == 1);                  // no request that would fail again
  CHECK(b.session().drained_at() == 0);
  b.drained();
  REQUIRE(b.asked.size() == 2);
  b.give(1, at_event(1), at_event(2), 5'000);
  CHECK(b.got() == "p");
}

TEST_CASE(
    "a join page of several messages above half of the outbox is dropped and requested again") {
  fixture b;
  b.session().limit_room(outbox);
  unicast unicast;
  unicast.to = b.session().id();
  unicast.serial = 1;
  catch_up_page page{{message('p', 1'500), message('q', 1'500)}, at_event(3), {}};
  unicast.page = std::make_shared<const catch_up_page>(std::move(page));
  b.pages.take(b.session(), 1, unicast, b.members, outbox);
  CHECK(b.session().queued_bytes() == 0);
  REQUIRE(b.asked.size() == 1);  // at once, because a normal page fits
  CHECK(b.asked[0].from.next == offset{3});
}

TEST_CASE("a notification without room is dropped and the member gets the side state again") {
  fixture b;
  b.session().limit_room(outbox);
  b.session().send(message('x', 2'950), net::flush_class::small);
  CHECK(b.tell(false) == 0);
  CHECK(b.session().is_open());
  CHECK(b.tell(true) == 1);  // ordered events continue
  CHECK(b.tell(false, 'n', 10) == 0);
  b.drained();
  REQUIRE(b.asked.size() == 1);
  CHECK(b.asked[0].from.is_live());
  CHECK_FALSE(b.asked[0].from.has_side_state());
  b.give(1, b.asked[0].from, at_event(0, stage::presence), 500);
  CHECK(b.tell(false) == 1);  // it has the first page, so diffs apply to it
  CHECK(b.got() == "pn");
}

TEST_CASE("an outdated page is dropped and requested from the start") {
  fixture b;
  b.session().limit_room(outbox);
  auto middle = at_event(0, stage::presence);
  middle.side.after = 7;
  b.give(1, {}, middle, 500);
  REQUIRE(b.asked.size() == 1);
  CHECK(b.asked[0].from.side.after == 7);
  b.session().send(message('x', 2'900), net::flush_class::small);
  CHECK(b.tell(false) == 0);
  b.drained();
  b.give(1, b.asked[0].from, at_event(0), 500);
  CHECK(b.got().empty());
  REQUIRE(b.asked.size() == 2);
  CHECK(b.asked[1].from.side == cluster::side_state_cursor{});
}

TEST_CASE("a resync sends the side state again and events continue meanwhile") {
  fixture b;
  b.session().limit_room(outbox);
  const auto again = [&](net::session& session, channel_serial serial) {
    b.pages.restart(session, 1, serial, outbox);
  };
  b.members.resync(again);
  REQUIRE(b.asked.size() == 1);
  b.members.resync(again);  // the requested page is in flight and out of date
  CHECK(b.tell(true) == 1);
  CHECK(b.tell(false) == 0);
  b.give(1, {}, at_event(0), 100);
  REQUIRE(b.asked.size() == 2);
  b.give(1, {}, at_event(0), 100);
  CHECK(b.got() == "np");
  CHECK(b.pages.size() == 0);
}

TEST_CASE("a channel that ends frees its turn and one with another serial does not") {
  fixture b;
  b.session().limit_room(outbox);
  for (std::uint64_t room = 1; room <= 3; ++room) b.give(room, at_event(1), at_event(1), 0);
  REQUIRE(b.asked.size() == 2);
  b.pages.ended(b.session(), 1, 2, outbox);
  CHECK(b.asked.size() == 2);
  b.pages.ended(b.session(), 1, 1, outbox);
  CHECK(b.asked.size() == 3);
  b.pages.drop(b.session().id());
  CHECK(b.pages.size() == 0);
}

TEST_CASE("no page is requested for a closed session") {
  fixture b;
  b.session().close(errc::idle);
  b.give(1, at_event(1), at_event(1), 100);
  CHECK(b.asked.empty());
}
