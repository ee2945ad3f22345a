#include "actors/room/backlog.hpp"

#include "tests/actors/fake_session.hpp"
#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

net::frame_ptr frame(char name, std::size_t bytes) {
  return net::frame_ptr::copy(std::string("\x82") + static_cast<char>(bytes - 2) +
                              std::string(bytes - 2, name));
}

/// The first letter of each frame that the link has got since.
std::string got(fake_session& link) {
  std::string out;
  for (const auto& each : link.take()) out.push_back(each.front());
  return out;
}

struct bench {
  net::session_ptr keeps{new fake_session(connection_id{1})};
  fake_session& link() { return static_cast<fake_session&>(*keeps); }
  backlog waiting{7, 3};
};

}  // namespace

TEST_CASE("a backlog gives what has room, in order, and goes on when there is room again") {
  bench b;
  b.link().limit_room(100);
  for (char name : {'a', 'b', 'c', 'd', 'e'}) b.waiting.add(frame(name, 40));
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "ab");
  b.waiting.add(frame('f', 40));
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "cd");
  CHECK(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "ef");
  CHECK(b.waiting.is_empty());
}

TEST_CASE("a frame that is larger than the room goes when nothing else is queued") {
  bench b;
  b.link().limit_room(50);
  b.waiting.add(frame('a', 100));
  b.waiting.add(frame('b', 100));
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "a");
  CHECK(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "b");
}

TEST_CASE("a backlog that has been emptied may be filled again") {
  bench b;
  b.waiting.add(frame('a', 10));
  CHECK(b.waiting.drain_to(b.link()));
  b.waiting.add(frame('b', 10));
  CHECK_FALSE(b.waiting.is_empty());
  CHECK(b.waiting.drain_to(b.link()));
  CHECK(got(b.link()) == "ab");
}

TEST_CASE("a frame that has been given is kept no longer") {
  bench b;
  b.link().limit_room(15);
  auto first = frame('a', 10);
  const auto* const watched = first.get();
  b.waiting.add(std::move(first));
  b.waiting.add(frame('b', 10));
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  REQUIRE(b.link().frames().size() == 1);
  CHECK(b.link().frames()[0].get() == watched);
}

TEST_CASE("only live frames count against the bound of the outbox, and until they are given") {
  bench b;
  b.link().limit_room(100);
  b.waiting.add(frame('a', 90));
  CHECK(b.waiting.late_bytes() == 0);
  b.waiting.add_late(frame('b', 40));
  b.waiting.add_late(frame('c', 50));
  CHECK(b.waiting.late_bytes() == 90);
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK(b.waiting.late_bytes() == 90);
  CHECK(got(b.link()) == "a");
  CHECK(b.waiting.drain_to(b.link()));
  CHECK(b.waiting.late_bytes() == 0);
  CHECK(got(b.link()) == "bc");
}

TEST_CASE("what is late counts until it is given, and a page does not count as late") {
  bench b;
  b.link().limit_room(15);
  b.waiting.add(frame('a', 10));
  b.waiting.add_late(frame('b', 10));
  b.waiting.add_late(frame('c', 10));
  CHECK(b.waiting.bytes() == 30);
  CHECK(b.waiting.late_bytes() == 20);
  CHECK_FALSE(b.waiting.drain_to(b.link()));
  CHECK(b.waiting.late_bytes() == 20);
  b.link().limit_room(1'000);
  CHECK(b.waiting.drain_to(b.link()));
  CHECK(b.waiting.late_bytes() == 0);
}

TEST_CASE("a delivery sees what waited before it, whatever it has added itself") {
  bench b;
  b.waiting.add(frame('a', 10));
  CHECK(b.waiting.bytes_before(1) == 10);
  b.waiting.add(frame('b', 10));
  CHECK(b.waiting.bytes_before(1) == 10);
  CHECK(b.waiting.bytes_before(2) == 20);
}

TEST_CASE("a backlog says whose it is, and who waits to hear of it") {
  bench b;
  CHECK(b.waiting.roster() == 7);
  CHECK(b.waiting.serial() == 3);
  CHECK_FALSE(b.waiting.wants_word());
  b.waiting.want_word(topic{"room:1"});
  CHECK(b.waiting.wants_word());
  CHECK(b.waiting.where() == topic{"room:1"});
  CHECK(b.waiting.is_empty());
}
