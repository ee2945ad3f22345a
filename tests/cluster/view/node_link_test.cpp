// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/node_link.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;
using namespace std::chrono_literals;

namespace {

slice text(std::string_view from) { return slice::of(bytes_ptr::copy(from)); }

/// One node's end of a link, and what arrived there.
struct link_end_fixture {
  link_end_fixture(std::uint64_t me, std::uint64_t peer, link_limits bounds = {})
      : limits(bounds), end(node_id{me}, node_id{peer}, serial, limits, faults, counts) {}

  void take(link_frame frame) {
    for (const auto& each : end.receive(std::move(frame))) arrived.emplace_back(each.view());
  }
  /// Sends what is due; the frames that were lost on the way are returned.
  std::vector<link_frame> flush_all() {
    std::vector<link_frame> out;
    while (auto frame = end.flush()) out.push_back(std::move(*frame));
    return out;
  }

  std::uint64_t serial = 0;
  link_limits limits;
  view_faults faults;
  link_counts counts;
  node_link end;
  std::vector<std::string> arrived;
};

struct two_ends {
  explicit two_ends(link_limits limits = {}) : a(1, 2, limits), b(2, 1, limits) { exchange(); }
  void exchange() {
    for (bool is_busy = true; is_busy;) {
      auto from_a = a.flush_all();
      auto from_b = b.flush_all();
      is_busy = !from_a.empty() || !from_b.empty();
      for (auto& frame : from_a) b.take(std::move(frame));
      for (auto& frame : from_b) a.take(std::move(frame));
    }
  }
  void tell(time_point now) {
    const auto of_a = a.end.end();
    const auto of_b = b.end.end();
    b.end.hear(&of_a, now);
    a.end.hear(&of_b, now);
  }
  bool both_broke() {
    const bool a_broke = a.end.take_broken();
    return b.end.take_broken() && a_broke;
  }

  link_end_fixture a;
  link_end_fixture b;
};

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("two ends are linked after both have told their incarnation, without a break") {
  two_ends it;
  CHECK(it.a.end.is_linked());
  CHECK(it.b.end.is_linked());
  CHECK_FALSE(it.a.end.take_broken());
  CHECK_FALSE(it.b.end.take_broken());
}

TEST_CASE("two ends are linked by their heartbeats if the first frames are lost") {
  link_end_fixture a(1, 2);
  link_end_fixture b(2, 1);
  a.flush_all();
  b.flush_all();
  for (int i = 0; i < 2; ++i) {
    const auto of_a = a.end.end();
    b.end.hear(&of_a, test_start);
    const auto of_b = b.end.end();
    a.end.hear(&of_b, test_start);
  }
  CHECK(a.end.is_linked());
  CHECK(b.end.is_linked());
}

TEST_CASE("envelopes that were pushed before the ends are linked arrive once, in order") {
  link_end_fixture a(1, 2);
  link_end_fixture b(2, 1);
  CHECK(a.end.push(text("one")) == push_result::queued);
  CHECK(a.end.push(text("two")) == push_result::queued);
  auto hello = a.flush_all();
  REQUIRE(hello.size() == 1);
  CHECK(hello.front().number == 0);
  CHECK(hello.front().envelopes.empty());
  b.take(std::move(hello.front()));
  for (auto& frame : b.flush_all()) a.take(std::move(frame));
  for (auto& frame : a.flush_all()) b.take(std::move(frame));
  CHECK(b.arrived == words{"one", "two"});
}

TEST_CASE("the envelopes of one flush travel in one frame, up to its bound") {
  link_limits limits;
  limits.frame_bytes_max = 18;
  two_ends it(limits);
  for (const auto* word : {"aaaa", "bbbb", "cccc", "longer than a frame", "dddd"}) {
    it.a.end.push(text(word));
  }
  const auto frames = it.a.flush_all();
  REQUIRE(frames.size() == 4);
  CHECK(frames[0].envelopes.size() == 2);
  CHECK(frames[1].envelopes.size() == 1);
  CHECK(frames[2].envelopes.size() == 1);
  CHECK(frames[3].number == 4);
}

TEST_CASE("a missing frame breaks the link at both ends") {
  two_ends it;
  it.a.end.push(text("lost"));
  CHECK(it.a.flush_all().size() == 1);
  it.a.end.push(text("late"));
  it.exchange();
  CHECK(it.b.arrived.empty());
  CHECK(it.b.counts.gaps == 1);
  CHECK(it.both_broke());
  it.a.end.push(text("again"));
  it.exchange();
  CHECK(it.b.arrived == words{"again"});
  CHECK_FALSE(it.a.end.take_broken());
}

TEST_CASE("a lost last frame is noticed by the heartbeats after the timeout") {
  two_ends it;
  it.a.end.push(text("lost"));
  it.a.flush_all();
  it.tell(test_start);
  it.tell(test_start + 900ms);
  it.b.end.step(test_start + 900ms, 1s);
  CHECK_FALSE(it.b.end.take_broken());
  it.b.end.step(test_start + 1s, 1s);
  it.exchange();
  CHECK(it.both_broke());
}

TEST_CASE("a heartbeat that overtakes its frames breaks nothing") {
  two_ends it;
  it.a.end.push(text("slow"));
  auto frames = it.a.flush_all();
  it.tell(test_start);
  it.b.take(std::move(frames.front()));
  it.b.end.step(test_start + 5s, 1s);
  CHECK(it.b.arrived == words{"slow"});
  CHECK_FALSE(it.b.end.take_broken());
}

TEST_CASE("a peer that no longer has this node in its view breaks the link") {
  two_ends it;
  it.a.end.hear(nullptr, test_start);
  CHECK(it.a.end.take_broken());
  it.a.end.hear(nullptr, test_start);
  CHECK_FALSE(it.a.end.take_broken());
}

TEST_CASE("a peer that has forgotten the link and begins another breaks it at the other end") {
  two_ends it;
  it.a.end.push(text("for the old end"));
  link_end_fixture fresh(2, 1);
  fresh.serial = it.b.serial;
  fresh.end.break_now();
  fresh.end.take_broken();
  for (auto& frame : fresh.flush_all()) it.a.take(std::move(frame));
  CHECK(it.a.end.take_broken());
  it.a.end.push(text("for the new end"));
  for (int i = 0; i < 3; ++i) {
    for (auto& frame : it.a.flush_all()) fresh.take(std::move(frame));
    for (auto& frame : fresh.flush_all()) it.a.take(std::move(frame));
  }
  CHECK(fresh.arrived == words{"for the new end"});
}

TEST_CASE("repeated frames, and late ones of an older incarnation, are dropped and counted") {
  two_ends it;
  it.a.end.push(text("once"));
  auto frame = it.a.flush_all().front();
  it.b.take(frame);
  it.b.take(frame);
  CHECK(it.b.arrived == words{"once"});
  CHECK(it.b.counts.duplicates == 1);
  it.a.end.break_now();
  it.exchange();
  it.b.take(frame);
  CHECK(it.b.arrived == words{"once"});
  CHECK(it.b.counts.late == 1);
  CHECK(it.both_broke());
}

TEST_CASE("a full queue is dropped and breaks the link at both ends") {
  link_limits limits;
  limits.queue_bytes_max = 300;
  two_ends it(limits);
  unsigned queued = 0;
  while (it.a.end.push(text(std::string(50, 'x'))) == push_result::queued) ++queued;
  CHECK(queued > 1);
  CHECK(it.a.counts.overruns == 1);
  CHECK(it.a.end.queued_bytes() == 0);
  it.exchange();
  CHECK(it.both_broke());
  it.a.end.push(text("after it"));
  it.exchange();
  CHECK(it.b.arrived == words{"after it"});
}

TEST_CASE("an envelope that was pushed before its owner learned of a break is dropped") {
  two_ends it;
  it.a.end.break_now();
  CHECK(it.a.end.push(text("behind lost ones")) == push_result::broken);
  CHECK(it.a.end.take_broken());
  CHECK(it.a.end.push(text("after the break")) == push_result::queued);
  it.exchange();
  CHECK(it.b.arrived == words{"after the break"});
}

TEST_CASE("an envelope that no frame can carry is refused, and the link stays") {
  link_limits limits;
  limits.envelope_bytes_max = 10;
  two_ends it(limits);
  CHECK(it.a.end.push(text("eleven bytes")) == push_result::too_large);
  CHECK_FALSE(it.a.end.take_broken());
}

TEST_CASE("breaks of both ends at once, and several in a row, end in a link") {
  two_ends it;
  for (unsigned choice = 0; choice < 64; ++choice) {
    std::vector<link_frame> to_a;
    std::vector<link_frame> to_b;
    for (unsigned bit = 0; bit < 6; ++bit) {
      auto& side = ((choice >> bit) & 1U) != 0 ? it.a : it.b;
      side.end.break_now();
      auto frames = side.flush_all();
      auto& to = &side == &it.a ? to_b : to_a;
      std::ranges::move(frames, std::back_inserter(to));
    }
    for (auto& frame : to_a) it.a.take(std::move(frame));
    for (auto& frame : to_b) it.b.take(std::move(frame));
    const auto before = it.a.counts.breaks + it.b.counts.breaks;
    it.exchange();
    CHECK(it.a.end.is_linked());
    CHECK(it.b.end.is_linked());
    CHECK(it.a.counts.breaks + it.b.counts.breaks <= before + 2);
  }
}
