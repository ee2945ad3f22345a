// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "tests/actors/room/presence/presence_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using nlohmann::json;

namespace {

presence made() { return presence{{}}; }

// The only notification of the next flush, made when that flush is due.
json flushed(presence& from, const char* name = "presence_diff") {
  REQUIRE(from.next_due());
  const auto notifications = from.flush(*from.next_due());
  REQUIRE(notifications.size() == 1);
  CHECK(notifications[0].first == name);
  return parse_unique(notifications[0].second.data.view());
}

json state_of(presence& from) {
  const auto notifications = all_pages(from);
  REQUIRE(notifications.size() == 1);
  CHECK(notifications[0].first == "presence_state");
  return parse_unique(notifications[0].second.data.view());
}

std::string ref_in(const json& people, const char* key) {
  return people.at(key).at("metas").at(0).at("phx_ref");
}

}  // namespace

TEST_CASE("a new member is in its own state and in the diff after the window") {
  auto here = made();
  CHECK_FALSE(here.next_due());
  here.join(member(1), "ann", R"({"name":"Ann"})", next_ref(), start);
  const auto state = state_of(here);
  CHECK(state["ann"]["metas"][0]["name"] == "Ann");
  CHECK(ref_in(state, "ann").size() == 16);
  CHECK(here.next_due() == after_ms(50));
  CHECK(here.flush(after_ms(49)).empty());
  const auto diff = flushed(here);
  CHECK(diff == json{{"joins", state}, {"leaves", json::object()}});
  CHECK_FALSE(here.next_due());
  CHECK(here.flush(after_ms(500)).empty());
}

TEST_CASE("joins and leaves within a window form one diff") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  here.join(member(2), "bob", "{}", next_ref(), start);
  flushed(here);
  here.leave(member(1), after_ms(100));
  here.join(member(3), "cid", "", next_ref(), after_ms(120));
  CHECK(here.next_due() == after_ms(150));
  const auto diff = flushed(here);
  CHECK(diff["joins"].size() == 1);
  CHECK(diff["joins"].contains("cid"));
  CHECK(diff["leaves"].size() == 1);
  CHECK(diff["leaves"].contains("ann"));
}

TEST_CASE("connections of one user are metas of one key") {
  auto here = made();
  here.join(member(1), "ann", R"({"at":1})", next_ref(), start);
  here.join(member(2), "bob", "", next_ref(), start);
  here.join(member(3), "ann", R"({"at":3})", next_ref(), start);
  const auto state = state_of(here);
  CHECK(state.size() == 2);
  REQUIRE(state["ann"]["metas"].size() == 2);
  CHECK(state["ann"]["metas"][0]["at"] == 1);
  CHECK(state["ann"]["metas"][1]["at"] == 3);
  CHECK(flushed(here)["joins"] == state);
  here.leave(member(1), after_ms(100));
  here.leave(member(3), after_ms(100));
  CHECK(flushed(here)["leaves"] == json{{"ann", state["ann"]}});
}

TEST_CASE("an update is one diff with the new meta and its previous ref and the old meta") {
  auto here = made();
  here.join(member(1), "ann", R"({"is":"here"})", next_ref(), start);
  const auto old = flushed(here)["joins"]["ann"];
  CHECK(here.update(member(1), R"({"is":"away"})", next_ref(), after_ms(100)));
  const auto diff = flushed(here);
  CHECK(diff["leaves"]["ann"] == old);
  const auto meta = diff["joins"]["ann"]["metas"].at(0);
  CHECK(meta["is"] == "away");
  CHECK(meta["phx_ref_prev"] == old["metas"][0]["phx_ref"]);
  CHECK(meta["phx_ref"] != meta["phx_ref_prev"]);
  CHECK(state_of(here)["ann"]["metas"][0] == meta);
  CHECK_FALSE(here.update(member(2), "{}", next_ref(), after_ms(200)));
}

TEST_CASE("several updates within a window send only refs that clients have seen") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  const auto first = ref_in(flushed(here)["joins"], "ann");
  for (int i = 0; i < 3; ++i) here.update(member(1), "{\"i\":1}", next_ref(), after_ms(100));
  const auto diff = flushed(here);
  CHECK(diff["joins"]["ann"]["metas"].size() == 1);
  CHECK(diff["joins"]["ann"]["metas"][0]["phx_ref_prev"] == first);
  CHECK(diff["leaves"]["ann"]["metas"].size() == 1);
  CHECK(ref_in(diff["leaves"], "ann") == first);
}

TEST_CASE("a ref that only a state within the window has shown leaves as well") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  const auto first = ref_in(flushed(here)["joins"], "ann");
  here.update(member(1), "{\"i\":1}", next_ref(), after_ms(100));
  const auto second = ref_in(state_of(here), "ann");
  here.update(member(1), "{\"i\":2}", next_ref(), after_ms(110));
  const auto diff = flushed(here);
  CHECK(diff["joins"]["ann"]["metas"][0]["phx_ref_prev"] == first);
  const auto left = diff["leaves"]["ann"]["metas"];
  REQUIRE(left.size() == 2);
  CHECK(left[0]["phx_ref"] == first);
  CHECK(left[1]["phx_ref"] == second);
}

TEST_CASE("a member that joins and updates within a window only joins") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  here.update(member(1), "{\"i\":1}", next_ref(), start);
  const auto diff = flushed(here);
  CHECK_FALSE(diff["joins"]["ann"]["metas"][0].contains("phx_ref_prev"));
  CHECK(diff["leaves"].empty());
}

TEST_CASE("a member that joins and leaves within a window is in no diff") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  all_pages(here);
  flushed(here);
  here.join(member(2), "bob", "", next_ref(), after_ms(100));
  here.leave(member(2), after_ms(110));
  REQUIRE(here.next_due());
  CHECK(here.flush(*here.next_due()).empty());
}

TEST_CASE("a member that joins and leaves within a window leaves if a state has shown it") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  flushed(here);
  here.join(member(2), "bob", "", next_ref(), after_ms(100));
  const auto state = state_of(here);
  here.leave(member(2), after_ms(110));
  const auto diff = flushed(here);
  CHECK(diff["joins"].empty());
  CHECK(diff["leaves"] == json{{"bob", state["bob"]}});
}

TEST_CASE("a member that joins again is replaced in one diff") {
  auto here = made();
  here.join(member(1), "ann", R"({"i":1})", next_ref(), start);
  const auto first = flushed(here)["joins"];
  here.join(member(1), "bob", R"({"i":2})", next_ref(), after_ms(100));
  CHECK(here.members() == 1);
  const auto diff = flushed(here);
  CHECK(diff["leaves"] == first);
  CHECK(diff["joins"]["bob"]["metas"][0]["i"] == 2);
  CHECK_FALSE(diff["joins"]["bob"]["metas"][0].contains("phx_ref_prev"));
}

TEST_CASE("a member that leaves and is back with its ref in one diff stays") {
  auto here = made();
  const auto ref = next_ref();
  here.join(member(1), "ann", R"({"i":1})", ref, start);
  here.join(member(2), "bob", "{}", next_ref(), start);
  const auto first = flushed(here)["joins"]["ann"];
  here.leave(member(1), after_ms(100));
  here.join(member(1), "ann", R"({"i":1})", ref, after_ms(110));
  CHECK(flushed(here) == json{{"joins", {{"ann", first}}}, {"leaves", json::object()}});
}

TEST_CASE("an empty room sends no diff and the leave of a non-member is ignored") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  here.leave(member(2), start);
  CHECK(here.members() == 1);
  flushed(here);
  here.leave(member(1), after_ms(100));
  CHECK_FALSE(here.next_due());
  CHECK(here.members() == 0);
}

TEST_CASE("a crash empties presence without a diff and later refs are new") {
  auto here = made();
  here.join(member(1), "ann", "", next_ref(), start);
  const auto before = ref_in(state_of(here), "ann");
  here.clear();
  CHECK(here.members() == 0);
  CHECK_FALSE(here.next_due());
  CHECK(state_of(here).empty());
  here.join(member(1), "ann", "", next_ref(), start);
  CHECK(ref_in(state_of(here), "ann") != before);
}

TEST_CASE("presence keys may be any text even text that JSON must escape") {
  auto here = made();
  const std::string key = "a\"b\\c\n\xf0\x9f\x98\x80";
  here.join(member(1), key, "", next_ref(), start);
  here.join(member(2), "", "", next_ref(), start);
  here.join(member(3), "__proto__", "", next_ref(), start);
  const auto state = state_of(here);
  CHECK(state.contains(key));
  CHECK(state.contains(""));
  CHECK(flushed(here)["joins"] == state);
}

TEST_CASE("presence pages stay within their size limit and clients merge them") {
  auto here = made();
  const auto meta = "{\"text\":\"" + std::string(4'000, 'x') + "\"}";
  presence_client early, late;
  for (std::uint64_t n = 1; n <= 300; ++n) {
    here.join(member(n), "user" + std::to_string(n % 150), meta, next_ref(), start);
    if (n == 1) early.hear(all_pages(here));
  }
  const auto state = all_pages(here);
  const auto joins = here.flush(*here.next_due());
  REQUIRE(state.size() == 5);
  REQUIRE(joins.size() > 16);
  CHECK(state[0].first == "presence_state");
  for (std::size_t i = 1; i < state.size(); ++i) CHECK(state[i].first == "presence_diff");
  late.hear(state);
  early.hear(joins);
  CHECK(early.seen().size() == 150);
  CHECK(late.state() == early.state());
  for (std::uint64_t n = 2; n <= 300; ++n) {
    n % 2 ? here.leave(member(n), start) : (void)here.update(member(n), "", next_ref(), start);
  }
  const auto changes = here.flush(*here.next_due());
  for (auto* each : {&early, &late}) each->hear(changes);
  CHECK(early.seen().size() == 76);  // the even numbers up to 150, and the first
  CHECK(late.state() == early.state());
  for (const auto& each : state) CHECK(each.second.data.size <= presence::state_bytes_max);
  for (const auto* pages : {&joins, &changes}) {
    for (const auto& each : *pages) CHECK(each.second.data.size <= presence::diff_bytes_max);
  }
}
