// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/subscribers.hpp"

#include "net/protocol/codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/session_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const net::wire_format v1{net::codec_id::v1};
const net::wire_format v2{};

struct sessions {
  tests::session_fixture& add(std::uint64_t id) {
    auto* made = new tests::session_fixture(connection_id{id});
    kept.emplace_back(made);
    return *made;
  }
  std::vector<net::session_ptr> kept;
};

broadcast broadcast_for(std::initializer_list<net::wire_format> formats,
                        connection_id except = {}) {
  broadcast out;
  out.except = except;
  for (auto each : formats) {
    out.messages.add(each, net::encode_broadcast(each, {"room:1"}, "msg", {}, nullptr));
  }
  return out;
}

/// Broadcasts to a subscribers in which every outbox has room.
std::size_t tell(subscribers& members, const broadcast& broadcast) {
  return members.broadcast(broadcast, 1'000'000,
                           [](net::session&, channel_serial) { FAIL("no room"); });
}

broadcast notification_for(net::wire_format format) {
  auto out = broadcast_for({format});
  out.is_ordered = false;
  out.message_class = net::message_class::out_presence;
  return out;
}

}  // namespace

TEST_CASE("a broadcast gives every subscriber the one message of its format") {
  sessions made;
  subscribers members;
  auto &a = made.add(1), &b = made.add(2), &c = made.add(3);
  members.add(a, 1, v2);
  members.add(b, 1, v1);
  members.add(c, 1, v2);
  const auto both = broadcast_for({v1, v2});
  CHECK(both.messages.size() == 2);
  CHECK(tell(members, both) == 3);
  const auto message_in = [&](net::wire_format format) {
    return both.messages.by_format()[format.index()]->get();
  };
  CHECK(a.messages().at(0).get() == message_in(v2));
  CHECK(b.messages().at(0).get() == message_in(v1));
  CHECK(c.messages().at(0).get() == message_in(v2));
}

TEST_CASE(
    "a broadcast skips the excluded member and closed sessions and formats without a message") {
  sessions made;
  subscribers members;
  auto &a = made.add(1), &b = made.add(2), &c = made.add(3), &d = made.add(4);
  for (auto* each : {&a, &b, &c}) members.add(*each, 1, v2);
  members.add(d, 1, v1);
  b.close(errc::idle);
  CHECK(tell(members, broadcast_for({v2}, connection_id{1})) == 1);
  CHECK(a.messages().empty());
  CHECK(b.messages().empty());
  CHECK(c.messages().size() == 1);
  CHECK(d.messages().empty());
}

TEST_CASE("an unsubscribed member receives nothing and only its own serial unsubscribes it") {
  sessions made;
  subscribers members;
  auto& a = made.add(1);
  members.add(a, 1, v2);
  members.add(a, 2, v2);
  CHECK(members.size() == 1);
  members.remove(connection_id{1}, 1);
  members.remove(connection_id{7}, 2);
  CHECK(tell(members, broadcast_for({v2})) == 1);
  members.remove(connection_id{1}, 2);
  members.remove(connection_id{1}, 2);
  CHECK(members.size() == 0);
  CHECK(tell(members, broadcast_for({v2})) == 0);
}

TEST_CASE("a session is kept alive exactly while it is subscribed") {
  bool ended = false;
  subscribers members;
  {
    net::session_ptr session(new tests::session_fixture(connection_id{1}, &ended));
    sessions others;
    for (std::uint64_t id = 2; id < 6; ++id) members.add(others.add(id), 1, v2);
    members.add(*session, 1, v2);
  }
  CHECK_FALSE(ended);
  members.remove(connection_id{1}, 1);
  CHECK(ended);
  CHECK(members.size() == 4);
}

TEST_CASE("up to 256 subscribers use the small flush class and more use the large one") {
  sessions made;
  subscribers members;
  for (std::uint64_t id = 1; id <= subscribers::small_members_max; ++id) {
    members.add(made.add(id), 1, v2);
  }
  auto& first = static_cast<tests::session_fixture&>(*made.kept[0]);
  tell(members, broadcast_for({v2}));
  CHECK(first.urgency() == net::flush_class::small);
  members.add(made.add(1000), 1, v2);
  tell(members, broadcast_for({v2}));
  CHECK(first.urgency() == net::flush_class::large);
  members.remove(connection_id{1000}, 1);
  tell(members, broadcast_for({v2}));
  CHECK(first.urgency() == net::flush_class::small);
}

TEST_CASE("a broadcast reaches exactly the current subscribers after random changes") {
  sessions made;
  subscribers members;
  std::vector<bool> inside(200, false);
  for (std::uint64_t id = 1; id <= inside.size(); ++id) made.add(id);
  std::uint32_t random = 12345;
  std::size_t count = 0;
  for (int i = 0; i < 4000; ++i) {
    random = random * 1664525 + 1013904223;
    const std::size_t at = (random >> 16) % inside.size();
    auto& session = static_cast<tests::session_fixture&>(*made.kept[at]);
    if (inside[at]) {
      members.remove(session.id(), 1);
    } else {
      members.add(session, 1, v2);
    }
    inside[at] = !inside[at];
    inside[at] ? ++count : --count;
    REQUIRE(members.size() == count);
  }
  CHECK(tell(members, broadcast_for({v2})) == count);
  for (std::size_t at = 0; at < inside.size(); ++at) {
    CHECK(static_cast<tests::session_fixture&>(*made.kept[at]).messages().size() ==
          (inside[at] ? 1U : 0U));
  }
}

TEST_CASE("events go to caught-up members and notifications to members with a side state") {
  sessions made;
  subscribers members;
  auto& a = made.add(1);
  members.add(a, 1, v2);
  auto ordered = broadcast_for({v2});
  auto ephemeral = ordered;
  ephemeral.is_ordered = false;
  ephemeral.message_class = net::message_class::out_ephemeral;
  auto notification = notification_for(v2);
  members.set_progress(connection_id{1}, false, false);
  members.set_progress(connection_id{7}, false, false);  // not a member: no effect
  for (const broadcast* each : {&ordered, &ephemeral, &notification})
    CHECK(tell(members, *each) == 0);
  members.set_progress(connection_id{1}, false, true);
  for (const broadcast* each : {&ordered, &ephemeral}) CHECK(tell(members, *each) == 0);
  CHECK(tell(members, notification) == 1);
  members.set_progress(connection_id{1}, true, false);
  for (const broadcast* each : {&ordered, &ephemeral}) CHECK(tell(members, *each) == 1);
  CHECK(tell(members, notification) == 0);
  members.add(a, 2, v2);  // a new channel starts with full progress
  for (const broadcast* each : {&ordered, &ephemeral, &notification})
    CHECK(tell(members, *each) == 1);
}

TEST_CASE("a notification without room is dropped and its member gets none until it is reset") {
  sessions made;
  subscribers members;
  auto &a = made.add(1), &b = made.add(2);
  members.add(a, 4, v2);
  members.add(b, 1, v2);
  a.limit_room(500);
  CHECK(tell(members, broadcast_for({v2})) == 2);
  const auto notification = notification_for(v2);
  std::vector<channel_serial> restarted;
  const auto note = [&](net::session& session, channel_serial serial) {
    CHECK(session.id() == connection_id{1});
    restarted.push_back(serial);
  };
  CHECK(members.broadcast(notification, 60, note) == 1);
  CHECK(members.broadcast(notification, 60, note) == 1);
  CHECK(restarted == std::vector<channel_serial>{4});  // only once
  CHECK(tell(members, broadcast_for({v2})) == 2);      // ordered events continue
  members.set_progress(connection_id{1}, true, true);
  CHECK(tell(members, notification) == 2);
}

TEST_CASE("a resync goes to every open session with or without a side state") {
  sessions made;
  subscribers members;
  for (std::uint64_t id = 1; id <= 3; ++id) members.add(made.add(id), 1, v2);
  members.set_progress(connection_id{1}, true, false);
  made.kept[1]->close(errc::idle);
  std::vector<std::uint64_t> restarted;
  members.resync(
      [&](net::session& session, channel_serial) { restarted.push_back(session.id().value); });
  CHECK(restarted == std::vector<std::uint64_t>{1, 3});
  CHECK(tell(members, notification_for(v2)) == 0);
}
