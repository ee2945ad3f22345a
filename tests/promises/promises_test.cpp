// SPDX-License-Identifier: Apache-2.0
// Tests of the checker itself: each case breaks one promise, or none.
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"
#include "tests/promises/case_player.hpp"

using namespace roost::promises;
using nlohmann::json;

namespace {

json file(const std::string& name) {
  std::ifstream in(std::string(ROOST_PROMISES) + "/" + name);
  return json::parse(in);
}

}  // namespace

TEST_CASE("the checker finds the promise that each case breaks") {
  for (const auto& each : file("cases.json")) {
    INFO(each.at("name"));
    case_player room(each);
    room.play(each.at("steps"));
    INFO(room.text());
    CHECK(room.broken() == each.value("breaks", "nothing"));
    if (each.contains("position"))
      CHECK(room.position_text() == each.at("position").get<std::string>());
    if (each.contains("shown")) CHECK(json(room.shown()) == each.at("shown"));
  }
}

TEST_CASE(
    "each promise equals its entry in promises.json and has a case unless it needs the "
    "simulation") {
  const auto named = file("promises.json");
  const auto cases = file("cases.json");
  CHECK(named.size() == promise_rows.size());
  for (const auto& row : promise_rows) {
    const auto name = row.name;
    INFO(name);
    CHECK(named.value(std::string(name), "") == row.sentence);
    const auto breaks_it = [&](const json& each) { return each.value("breaks", "") == name; };
    const bool is_of_simulation =
        name == "bounds" || name == "no_leak" || name == "rest" || name == "stored";
    CHECK(is_of_simulation != std::any_of(cases.begin(), cases.end(), breaks_it));
  }
}

TEST_CASE("a V1 frame and a V2 frame are decoded into the same fields") {
  const auto v2 =
      decode_frame(R"([null,"2","room:1","msg",{"n":1},{"epoch":"e","offset":3,"time":5}])");
  const auto v1 = decode_frame(R"({"ref":"2","topic":"room:1","event":"msg","payload":{"n":1},
      "position":{"epoch":"e","offset":3,"time":5}})");
  for (const auto& each : {v1, v2}) {
    CHECK(each.join_ref.empty());
    CHECK(each.reference == "2");
    CHECK(each.topic == "room:1");
    CHECK(each.event == "msg");
    CHECK(each.payload == json{{"n", 1}});
    CHECK(each.position == position{"e", 3});
  }
  const auto end = decode_frame(R"({"ref":"7","topic":"room:1","event":"phx_close","payload":{}})");
  CHECK(end.join_ref == "7");
  CHECK_FALSE(end.position);
}

TEST_CASE(
    "a member that goes on in an epoch misses an event if the epoch begins before its place") {
  const auto broken = [](std::uint64_t last, bool is_event_first) {
    findings found;
    room_truth truth("room:1", found, true, true);
    if (!is_event_first) truth.goes_on("b", last);
    truth.received({"b", 6}, "msg", {.client = 1, .number = 1});
    if (is_event_first) truth.goes_on("b", last);
    return std::string(found.name());
  };
  for (const bool is_event_first : {true, false}) {
    CHECK(broken(5, is_event_first) == "nothing");
    CHECK(broken(6, is_event_first) == "order");
  }
}

TEST_CASE("a repeated push may count again only after two minutes") {
  const auto broken = [](std::int64_t first_ms, std::int64_t second_ms) {
    findings found;
    room_truth truth("room:1", found);
    const push_id push{.client = 1, .number = 1};
    truth.repeats(push);
    truth.acknowledged({"a", 1}, push);
    truth.received({"a", 1, first_ms}, "msg", push);
    truth.received({"a", 2, second_ms}, "msg", push);
    return std::string(found.name());
  };
  CHECK(broken(1'000, 120'999) == "idempotent");
  CHECK(broken(1'000, 121'000) == "nothing");
  CHECK(broken(0, 121'000) == "idempotent");
}

TEST_CASE("the newest known offset of an epoch is of this epoch only") {
  findings found;
  for (const bool forgets : {true, false}) {
    room_truth truth("room:1", found, forgets);
    CHECK(truth.newest_in("a") == 0);
    truth.received({"a", 6}, "msg", {.client = 1, .number = 1});
    truth.received({"a", 7}, "msg", {.client = 1, .number = 2});
    CHECK(truth.newest_in("a") == 7);
    CHECK(truth.newest_in("b") == 0);
  }
}
