// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_text.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using nlohmann::json;

namespace {

cluster::event_ptr event_at(std::uint64_t at, std::string_view payload, bool is_binary = false) {
  cluster::events::ordered out;
  out.name = "m\"sg";
  out.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(at);
  out.payload = {slice::of(bytes_ptr::copy(payload)),
                 is_binary ? payload_kind::binary : payload_kind::json};
  return cluster::share({{}, {}, "e" + std::to_string(at), offset{at}, std::move(out)});
}

room_summary line_of(const char* name) { return {topic{name}, "relay", "e1", offset{7}, 3}; }

}  // namespace

TEST_CASE("the result of a publish has a position and that of an ephemeral publish has none") {
  api_reply done;
  CHECK(api_text::position(done) == "{}");
  done.at = position{"e1", offset{5}};
  CHECK(json::parse(api_text::position(done)) == json::parse(R"({"epoch":"e1","offset":5})"));
}

TEST_CASE("a broadcast result lists the topics in the order of the request") {
  const auto got = json::parse(api_text::broadcast(
      {topic{"a\""}, topic{"b"}, topic{"c"}},
      {std::string{R"({"epoch":"e","offset":1})"}, errc::unmatched_topic, std::string{"{}"}}));
  CHECK(got == json::parse(R"({"results":[{"topic":"a\"","epoch":"e","offset":1},
                               {"topic":"b","reason":"unmatched topic","code":100},
                               {"topic":"c"}]})"));
}

TEST_CASE("a room description has the position and the owner and the number of members") {
  CHECK(json::parse(api_text::room(line_of("room:\"1"), "n1")) ==
        json::parse(R"({"topic":"room:\"1","kind":"relay","owner":"n1","epoch":"e1",
                        "offset":7,"members":3})"));
}

TEST_CASE("a page of rooms names its last topic if there are more") {
  const std::vector<room_summary> all{line_of("a"), line_of("b"), line_of("c")};
  const auto part = json::parse(api_text::rooms(all, 2, "n1"));
  CHECK(part["rooms"].size() == 2);
  CHECK(part["next"] == "b");
  const auto whole = json::parse(api_text::rooms(all, 3, "n1"));
  CHECK(whole["rooms"].size() == 3);
  CHECK(whole["next"].is_null());
  CHECK(json::parse(api_text::rooms({}, 3, "n1")) ==
        json::parse(R"({"rooms":[],"next":null,"node":"n1"})"));
}

TEST_CASE("history shows JSON payloads unchanged and bytes as base64 and whether there is more") {
  cluster::event seen;
  seen.epoch_text = "e9";
  seen.at = offset{9};
  cluster::events::snapshot snapshot;
  snapshot.events = {event_at(4, R"({"n":1.50})"), event_at(5, "\x01\x02", true)};
  const auto text = api_text::history(seen, snapshot);
  CHECK(text.find(R"("payload":{"n":1.50})") != std::string::npos);
  const auto got = json::parse(text);
  CHECK(got["epoch"] == "e9");
  CHECK(got["offset"] == 9);
  CHECK(got["more"] == true);
  CHECK_FALSE(got.contains("recovered"));
  CHECK(got["events"][0]["event"] == "m\"sg");
  CHECK(got["events"][0]["epoch"] == "e4");
  CHECK(got["events"][0]["offset"] == 4);
  CHECK(got["events"][0]["time"] == 1'700'000'000'004);
  CHECK(got["events"][1]["payload"]["payload_base64"] == "AQI=");
  seen.at = offset{5};
  snapshot.recovered = false;
  const auto last = json::parse(api_text::history(seen, snapshot));
  CHECK(last["more"] == false);
  CHECK(last["recovered"] == false);
}

TEST_CASE("a user is shown with its connections") {
  connection_summary summary{
      make_connection_id(loop_id{1}, 12), "10.0.0.1", 1'700'000'000, {"room:1"}};
  const auto with = api_text::connection(summary);
  summary.address.clear();
  const auto got =
      json::parse(api_text::user("ann\"", 3, {with, api_text::connection(summary)}, "n1"));
  CHECK(got["user"] == "ann\"");
  CHECK(got["node"] == "n1");
  CHECK(got["total"] == 3);
  CHECK(got["connections"][0] ==
        json::parse(R"({"id":"1-12","address":"10.0.0.1","since":1700000000,
                        "topics":["room:1"]})"));
  CHECK_FALSE(got["connections"][1].contains("address"));
}

TEST_CASE("the result of a disconnect names the node whose connections it counts") {
  CHECK(json::parse(api_text::disconnected(2, "n\"1")) ==
        json::parse(R"({"connections":2,"node":"n\"1"})"));
}

TEST_CASE("the result of a user revocation has the second before which its tokens are revoked") {
  using net::auth::revocation;
  const auto user = json::parse(api_text::revoked(
      {net::auth::revocation_kind::user, "ann", 1'700'000'000'900, 1'700'086'400'900}));
  CHECK(user == json::parse(R"({"until":1700086400,"before":1700000000})"));
  const auto token =
      json::parse(api_text::revoked({net::auth::revocation_kind::token, "t1", 0, 5'000}));
  CHECK(token == json::parse(R"({"until":5})"));
}
