// SPDX-License-Identifier: Apache-2.0
// The records that a durable room makes beside its events.
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::log_record;
namespace records = cluster::records;

namespace {

struct durable_fixture : room_fixture {
  explicit durable_fixture(const room_rule& rule = without_presence()) : room_fixture(rule) {
    room.make_durable();
  }
  std::vector<log_record> taken() { return room.take_records(); }
  log_record only() {
    const auto all = taken();
    REQUIRE(all.size() == 1);
    return all[0];
  }
};

template <class Kind>
const Kind& body_of(const log_record& record) {
  REQUIRE(std::holds_alternative<Kind>(record.body));
  return std::get<Kind>(record.body);
}

commands::mark_read mark(std::uint64_t at, const std::string& user = "ann") {
  return {user, {"e1", offset{at}}};
}

}  // namespace

TEST_CASE("a room that is not durable makes no records") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.apply(b.pushing(1, "boom"));
  CHECK(b.room.take_records().empty());
}

TEST_CASE("a push makes a record of its event with its place and cause and time") {
  durable_fixture b;
  b.wall_time_ms = 1'000'000;
  b.join(1);
  CHECK(b.taken().empty());
  b.wall_time_ms += 5;
  const auto asked = b.pushing(1, "msg", "text");
  const auto made = b.answer(asked);
  const auto record = b.only();
  CHECK(record.topic == topic{"room:1"});
  CHECK(record.of.number() == epoch{1});
  CHECK(record.of.text == "e1");
  CHECK(record.at == offset{1});
  CHECK(record.time_ms == 1'000'005);
  CHECK(as<events::ordered>(made).time_ms == 1'000'005);
  CHECK(record.command == asked.id);
  const auto& body = body_of<records::ordered>(record);
  CHECK(body.name == "heard msg");
  CHECK(body.payload.data.view() == "text");
  CHECK(body.payload.kind == payload_kind::binary);
  CHECK(body.is_answer);
  CHECK(body.idempotency_key.empty());
}

TEST_CASE("a record names the user and scope of the push's idempotency key") {
  durable_fixture b;
  b.join(1);
  auto asked = b.pushing(1, "msg");
  as<commands::push>(asked).idempotency_key = "x";
  as<commands::push>(asked).user = "ann";
  b.answer(asked);
  const auto of_member = b.only();
  CHECK(body_of<records::ordered>(of_member).idempotency_key == "x");
  CHECK(body_of<records::ordered>(of_member).user == "ann");
  CHECK_FALSE(body_of<records::ordered>(of_member).is_of_api);
  b.answer(b.command(commands::publish{"msg", {}, "x"}, 0));
  CHECK(body_of<records::ordered>(b.only()).is_of_api);
  b.push(1, "msg");
  CHECK(body_of<records::ordered>(b.only()).idempotency_key.empty());
}

TEST_CASE("a record carries the unacknowledged answers of its edge that no record tells") {
  durable_fixture b;
  b.join(1);                                        // number 1
  b.join(2, room_fixture::there);                   // of another edge
  b.push(1, "no");                                  // 2
  b.answer(b.command(commands::update_meta{}, 1));  // 3
  b.push(1, "msg");                                 // 4
  const auto first = b.only();
  REQUIRE(first.answers.size() == 3);
  CHECK(first.answers[0].number == 1);
  CHECK(std::get<kept::joined>(first.answers[0].given).at.at == offset{0});
  CHECK(std::get<kept::refused>(first.answers[1].given).why == errc::rate_limited);
  CHECK(std::holds_alternative<kept::done>(first.answers[2].given));
  b.push(1, "no");                  // 5
  b.push(1, "no");                  // 6
  auto next = b.pushing(1, "msg");  // 7
  next.answered = 5;
  b.answer(next);
  const auto second = b.only();
  CHECK(second.answered == 5);
  REQUIRE(second.answers.size() == 1);
  CHECK(second.answers[0].number == 6);
}

TEST_CASE("a crash makes a record of the new epoch which names the command that failed") {
  durable_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.taken();
  const auto failing = b.pushing(1, "boom");
  b.apply(failing);
  const auto record = b.only();
  body_of<records::crashed>(record);
  CHECK(record.of.number() == epoch{1, 1});
  CHECK(record.of.text == "e2");
  CHECK(record.at == offset{1});
  CHECK(record.command == failing.id);
}

TEST_CASE("marks are answered together after the window with one record") {
  durable_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.push(1, "msg");
  b.taken();
  CHECK(b.apply(b.command(mark(1), 1)).empty());
  CHECK(b.apply(b.command(mark(2, "bob"), 1)).empty());
  CHECK(b.tick(milliseconds(199)).empty());
  CHECK(b.taken().empty());
  const auto out = b.tick(milliseconds(1));
  REQUIRE(out.size() == 4);
  CHECK(is<events::done>(*out[0]));
  CHECK(is<events::done>(*out[1]));
  CHECK(is<events::notification>(*out[2]));
  const auto record = b.only();
  CHECK(record.command == cluster::command_id{});
  const auto& marks = body_of<records::receipts>(record).marks;
  REQUIRE(marks.size() == 2);
  CHECK(marks[0].user == "ann");
  CHECK(marks[0].at.at == offset{1});
  CHECK(marks[1].at.at == offset{2});
}

TEST_CASE("the next answer comes after the marks before it and their record") {
  durable_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.taken();
  const auto marking = b.command(mark(1), 1);
  CHECK(b.apply(marking).empty());
  CHECK(b.apply(marking).empty());  // a duplicate waits, too
  const auto out = b.apply(b.pushing(1, "msg"));
  REQUIRE(out.size() == 2);
  CHECK(command_of(*out[0]) == marking.id);
  CHECK(is<events::ordered>(*out[1]));
  const auto all = b.taken();
  REQUIRE(all.size() == 2);
  body_of<records::receipts>(all[0]);
  REQUIRE(all[1].answers.size() == 1);
  CHECK(all[1].answers[0].number == marking.id.number);
  CHECK(is<events::done>(b.answer(marking)));
}

TEST_CASE("a refused mark is answered at once and a crash answers the marks that wait") {
  durable_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.taken();
  check_refused(b.answer(b.command(mark(9), 1)), errc::invalid_payload);
  CHECK(b.apply(b.command(mark(1), 1)).empty());
  const auto out = b.apply(b.pushing(1, "boom"));
  REQUIRE(out.size() == 3);
  CHECK(is<events::done>(*out[0]));
  CHECK(is<events::crashed>(*out[1]));
  const auto all = b.taken();
  REQUIRE(all.size() == 2);
  body_of<records::receipts>(all[0]);
  body_of<records::crashed>(all[1]);
}

TEST_CASE("retiring a room makes a record and removes its content") {
  durable_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.leave(1);
  b.taken();
  b.room.retire(7);
  const auto record = b.only();
  body_of<records::removed>(record);
  CHECK(record.at == offset{1});
  const auto rest = b.room.snapshot(b.now);
  CHECK(rest.head == offset{1});
  CHECK(rest.history.empty());
  CHECK(rest.epochs.size() == 1);
  CHECK(rest.edges.size() == 1);
}
