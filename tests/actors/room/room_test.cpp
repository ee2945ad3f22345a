#include "actors/room/room.hpp"

#include <stdexcept>

#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::command;
using cluster::event;

namespace {

/// Notes what it is asked; event "boom" throws, "no" is refused, joins after `closed` are too.
class noting_kind final : public room_kind {
 public:
  explicit noting_kind(std::vector<std::string>& notes) : notes_(notes) {
    notes_.push_back("made");
  }
  result<void> joined(connection_id who) override {
    notes_.push_back("joined " + std::to_string(who.value));
    if (is_closed_) return errc::unauthorized;
    return {};
  }
  void left(connection_id who) override { notes_.push_back("left " + std::to_string(who.value)); }
  result<broadcast> pushed(const push& what) override {
    if (what.event == "boom") throw std::runtime_error("boom");
    if (what.event == "no") return errc::rate_limited;
    if (what.event == "close") is_closed_ = true;
    return broadcast{"heard " + std::string(what.event), what.payload};
  }

 private:
  std::vector<std::string>& notes_;
  bool is_closed_ = false;
};

struct bench {
  explicit bench(room_rule rule = {}) : under(topic{"room:1"}, rule, kinds(), "e1") {}
  kind_factory kinds() {
    return [this](const room_rule&) { return std::make_unique<noting_kind>(notes); };
  }
  event give(command::kind what, std::uint64_t member, const std::string& name = {}) {
    command asked;
    asked.where = topic{"room:1"};
    asked.from = {node_id{3}, 4};
    asked.number = ++number;
    asked.what = what;
    asked.member = connection_id{member};
    asked.event = name;
    asked.payload = {slice::of(bytes_ptr::copy("data")), true};
    std::vector<event> out;
    under.apply(asked, out);
    REQUIRE(out.size() == 1);
    CHECK(out[0].where == asked.where);
    CHECK(out[0].origin == asked.from);
    CHECK(out[0].number == asked.number);
    CHECK(out[0].member == asked.member);
    return out[0];
  }
  event join(std::uint64_t member) { return give(command::kind::join, member); }
  event leave(std::uint64_t member) { return give(command::kind::leave, member); }
  event push(std::uint64_t member, const std::string& name) {
    return give(command::kind::push, member, name);
  }

  std::vector<std::string> notes;
  std::uint64_t number = 0;
  room under;
};

void refused(const event& got, errc why) {
  CHECK(got.what == event::kind::refused);
  CHECK(got.why == why);
}

}  // namespace

TEST_CASE("a join is answered with the room's epoch and head") {
  bench b;
  const auto first = b.join(1);
  CHECK(first.what == event::kind::joined);
  CHECK(first.epoch_text == "e1");
  CHECK(first.at == offset{0});
  b.push(1, "msg");
  CHECK(b.join(2).at == offset{1});
  CHECK(b.under.members() == 2);
}

TEST_CASE("each push gets the next offset, from 1 and without gaps, whatever was refused between") {
  bench b;
  b.join(1);
  for (std::uint64_t at = 1; at <= 5; ++at) {
    const auto got = b.push(1, "msg");
    CHECK(got.what == event::kind::ordered);
    CHECK(got.at == offset{at});
    CHECK(got.epoch_text == "e1");
    refused(b.push(1, "no"), errc::rate_limited);
    refused(b.push(2, "msg"), errc::unmatched_topic);
  }
  CHECK(b.under.head() == offset{5});
}

TEST_CASE("what members get for a push is what the kind made of it") {
  bench b;
  b.join(1);
  const auto got = b.push(1, "msg");
  CHECK(got.name == "heard msg");
  CHECK(got.payload.data.view() == "data");
  CHECK(got.payload.is_binary);
}

TEST_CASE("the relay kind passes events on as they came") {
  room under(topic{"room:1"}, {}, make_kind, "e1");
  std::vector<event> out;
  command asked;
  asked.what = command::kind::join;
  under.apply(asked, out);
  asked.what = command::kind::push;
  asked.event = "msg";
  asked.payload = {slice::of(bytes_ptr::copy("{}")), false};
  under.apply(asked, out);
  REQUIRE(out.size() == 2);
  CHECK(out[1].name == "msg");
  CHECK(out[1].payload.data.view() == "{}");
  CHECK_FALSE(out[1].payload.is_binary);
}

TEST_CASE("echo false is carried with each event") {
  room_rule silent;
  silent.echo = false;
  for (const auto& rule : {room_rule{}, silent}) {
    bench b(rule);
    b.join(1);
    CHECK(b.push(1, "msg").skips_origin != rule.echo);
  }
}

TEST_CASE("a push after the leave is an unmatched topic, and a leave is always answered left") {
  bench b;
  CHECK(b.leave(1).what == event::kind::left);
  b.join(1);
  CHECK(b.leave(1).what == event::kind::left);
  refused(b.push(1, "msg"), errc::unmatched_topic);
  CHECK(b.notes == std::vector<std::string>{"made", "joined 1", "left 1"});
}

TEST_CASE("a full room refuses newcomers, not a member's second join, and has room after a leave") {
  room_rule small;
  small.members_max = 2;
  bench b(small);
  b.join(1);
  b.join(2);
  refused(b.join(3), errc::room_full);
  CHECK(b.join(2).what == event::kind::joined);
  CHECK(b.under.members() == 2);
  b.leave(1);
  CHECK(b.join(3).what == event::kind::joined);
}

TEST_CASE("a kind may refuse a join, and a second join that it refuses ends the first") {
  bench b;
  b.join(1);
  b.push(1, "close");
  refused(b.join(2), errc::unauthorized);
  CHECK(b.under.members() == 1);
  refused(b.join(1), errc::unauthorized);
  CHECK(b.under.members() == 0);
  refused(b.push(1, "msg"), errc::unmatched_topic);
}

TEST_CASE("a room that crashed tells so once, and starts anew with a fresh kind and epoch") {
  bench b;
  b.join(1);
  b.push(1, "close");
  CHECK_THROWS(b.push(1, "boom"));
  std::vector<event> out;
  b.under.crashed("e2", out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].what == event::kind::crashed);
  CHECK(out[0].why == errc::channel_crash);
  CHECK(out[0].where == topic{"room:1"});
  CHECK(b.under.members() == 0);
  refused(b.push(1, "msg"), errc::unmatched_topic);
  const auto again = b.join(1);
  CHECK(again.what == event::kind::joined);
  CHECK(again.epoch_text == "e2");
  CHECK(again.at == offset{0});
  CHECK(b.push(1, "msg").at == offset{1});
}
