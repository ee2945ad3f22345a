// SPDX-License-Identifier: Apache-2.0
// Clients that merge like phoenix.js join, leave and change at random. After each flush their view
// must equal the truth: in diff mode, in count mode, and while the mode changes.
#include <algorithm>
#include <map>
#include <random>

#include "actors/room/presence/presence.hpp"
#include "tests/actors/room/presence/presence_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

struct presence_run {
  struct one {
    std::string key;
    std::string meta;
    std::uint64_t ref = 0;
    // Some members have no client, so that full states are rarer.
    std::optional<presence_client> client;
  };

  presence_run(unsigned seed, room_rule::presence_settings with)
      : random(seed), rule(std::move(with)), real(rule) {}

  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); }
  cluster::member_id anyone() {
    return {node_id{1 + pick(2)}, connection_id{1 + pick(2 * rule.full_max)}};
  }
  cluster::member_id mostly_a_member() {
    if (in.empty() || pick(4) == 0) return anyone();
    const auto& id = std::next(in.begin(), pick(static_cast<std::uint32_t>(in.size())))->first;
    return {node_id{id.first}, connection_id{id.second}};
  }
  std::string new_meta() { return pick(8) == 0 ? "" : "{\"n\":" + std::to_string(++metas) + "}"; }

  void join() {
    const auto member = anyone();
    one made{"user\"" + std::to_string(pick(9)), new_meta(), next_ref(), {}};
    real.join(member, made.key, made.meta, made.ref, now);
    if (pick(3) > 0) {
      // A client that joins again may still have its previous state.
      if (pick(3) == 0 && in.contains(key_of(member))) made.client = in[key_of(member)].client;
      if (!made.client) made.client.emplace();
      made.client->hear(all_pages(real));
    }
    in[key_of(member)] = made;
    choose();
    if (!made.client) return;
    if (is_counting) {
      REQUIRE(made.client->count() == in.size());
    } else {
      REQUIRE(made.client->seen() == truth());
    }
  }
  void leave() {
    const auto member = mostly_a_member();
    real.leave(member, now);
    in.erase(key_of(member));
    choose();
  }
  void update() {
    const auto member = mostly_a_member();
    const auto meta = new_meta();
    const bool is_in = in.contains(key_of(member));
    const auto ref = next_ref();
    REQUIRE(real.update(member, meta, ref, now) == is_in);
    if (!is_in) return;
    in[key_of(member)].meta = meta;
    in[key_of(member)].ref = ref;
  }
  // The edge of a member attaches again after a broken link, and gets the whole state.
  void come_back() {
    const auto member = mostly_a_member();
    auto back = in.extract(key_of(member));
    if (!back) return;
    real.leave(member, now);
    choose();
    real.join(member, back.mapped().key, back.mapped().meta, back.mapped().ref, now);
    if (back.mapped().client) back.mapped().client->hear(all_pages(real));
    in.insert(std::move(back));
    choose();
  }
  void flush() {
    const auto due = real.next_due();
    const auto notifications = real.flush(now);
    if (!due || now < *due) {
      REQUIRE(notifications.empty());
      return;
    }
    if (is_counting) {
      REQUIRE(now - last_count >= presence::count_every);
      last_count = now;
    }
    const auto expected = truth();
    for (auto& [id, each] : in) {
      if (!each.client) continue;
      each.client->hear(notifications);
      if (is_counting) {
        REQUIRE(each.client->count() == in.size());
      } else {
        REQUIRE(each.client->seen() == expected);
      }
    }
  }
  void choose() {
    if (in.size() > rule.full_max) is_counting = true;
    if (in.size() <= rule.full_max / 2) is_counting = false;
    switches += is_counting != was_counting;
    was_counting = is_counting;
    REQUIRE(real.members() == in.size());
  }
  std::map<std::string, std::vector<std::string>> truth() const {
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& [id, each] : in) {
      out[each.key].push_back(each.meta.empty() ? "{}" : each.meta);
    }
    for (auto& [key, metas_of_key] : out) std::ranges::sort(metas_of_key);
    return out;
  }
  static std::pair<std::uint64_t, std::uint64_t> key_of(const cluster::member_id& member) {
    return {member.node.value, member.connection.value};
  }

  std::mt19937 random;
  room_rule::presence_settings rule;
  presence real;
  time_point now{std::chrono::hours{1}};
  time_point last_count{};
  std::map<std::pair<std::uint64_t, std::uint64_t>, one> in;
  bool is_counting = false;
  bool was_counting = false;
  int switches = 0;
  int metas = 0;
};

}  // namespace

TEST_CASE("after random changes the presence of every client equals the truth at each flush") {
  const auto seed = GENERATE(range(1U, 61U));
  CAPTURE(seed);
  room_rule::presence_settings rule;
  rule.full_max = 4 + seed % 17;
  rule.window_ms = seed % 3 == 0 ? 0 : 50;
  presence_run run{seed, rule};
  for (int step = 0; step < 800; ++step) {
    CAPTURE(step);
    run.now += milliseconds{run.pick(12) == 0 ? 400 : run.pick(12)};
    // Alternate growth and decline, so that presence passes `full_max` and falls below half of it.
    const bool is_rising = step / 100 % 2 == 0;
    const auto choice = run.pick(11);
    if (choice < 5) {
      is_rising ? run.join() : run.leave();
    } else if (choice < 6) {
      is_rising ? run.leave() : run.join();
    } else if (choice < 8) {
      run.update();
    } else if (choice < 10) {
      run.flush();
    } else {
      run.come_back();
    }
  }
  while (const auto due = run.real.next_due()) {
    run.now = std::max(run.now, *due);
    run.flush();
  }
  CHECK(run.switches >= 2);
}

TEST_CASE("a client that gets the state in small pages agrees with the truth after later diffs") {
  const auto seed = GENERATE(range(1U, 61U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto pick = [&random](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  room_rule::presence_settings rule;
  presence real{rule};
  time_point now{std::chrono::hours{1}};
  std::map<std::uint64_t, std::pair<std::string, std::string>> in;
  int metas = 0;
  const auto change = [&] {
    const std::uint64_t n = 1 + pick(120);
    const auto meta = "{\"n\":" + std::to_string(++metas) + "}";
    if (!in.contains(n)) {
      in[n] = {"user" + std::to_string(pick(50)), meta};
      real.join(member(n), in[n].first, meta, next_ref(), now);
    } else if (pick(2) == 0) {
      in[n].second = meta;
      REQUIRE(real.update(member(n), meta, next_ref(), now));
    } else {
      in.erase(n);
      real.leave(member(n), now);
    }
  };
  for (int i = 0; i < 150; ++i) change();
  using stage = cluster::side_state_cursor::stage;
  presence_client reader;
  cluster::side_state_cursor at;
  int pages = 0;
  while (at.at == stage::start || at.at == stage::presence) {
    reader.hear(real.page(at, 200 + pick(600)));
    REQUIRE(++pages < 200);
    for (auto i = pick(6); i > 0; --i) change();
    now += milliseconds{pick(80)};
    reader.hear(real.flush(now));
    if (pick(20) == 0) at = {};  // the reader lost a diff, so it starts over
  }
  while (real.next_due()) {
    now += milliseconds{100};
    reader.hear(real.flush(now));
  }
  std::map<std::string, std::vector<std::string>> truth;
  for (const auto& [n, each] : in) truth[each.first].push_back(each.second);
  for (auto& [key, all] : truth) std::ranges::sort(all);
  CHECK(pages > 3);
  CHECK(reader.seen() == truth);
}
