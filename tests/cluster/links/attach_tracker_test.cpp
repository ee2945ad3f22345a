// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/attach_tracker.hpp"

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;
using namespace std::chrono_literals;

namespace {

const auto view_of_two = view_of({{1, node_state::up}, {2, node_state::up}});
constexpr shard_id some_shard{3};
using notices = std::vector<attach_notice>;

}  // namespace

TEST_CASE("attaching has finished when all nodes of the view have, and is reported once") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
  tracker.finish(node_id{1}, {some_shard, 7});
  tracker.finish(node_id{1}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
  tracker.finish(node_id{2}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start) == notices{{some_shard, 7}});
  CHECK(tracker.take_finished(view_of_two, test_start + 9s).empty());
}

TEST_CASE("notices for another ownership or another shard do not count") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.finish(node_id{1}, {some_shard, 7});
  tracker.begin(some_shard, 7);
  tracker.finish(node_id{1}, {some_shard, 6});
  tracker.finish(node_id{1}, {shard_id{4}, 7});
  tracker.finish(node_id{2}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
}

TEST_CASE("attaching does not wait for a node that left the view") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  tracker.finish(node_id{1}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of({{1, node_state::up}}), test_start).size() == 1);
}

TEST_CASE("attaching ends after its time, which begins with the first question") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  tracker.finish(node_id{1}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
  CHECK(tracker.take_finished(view_of_two, test_start + 1'999ms).empty());
  CHECK(tracker.take_finished(view_of_two, test_start + 2s) == notices{{some_shard, 7}});
}

TEST_CASE("attaching goes on while a node that has not finished sends attaches, but not for ever") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  tracker.finish(node_id{1}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
  SECTION("until it stops") {
    tracker.hear(node_id{2}, test_start + 1s);
    tracker.hear(node_id{3}, test_start + 3s);
    CHECK(tracker.take_finished(view_of_two, test_start + 2'999ms).empty());
    CHECK(tracker.take_finished(view_of_two, test_start + 3s).size() == 1);
  }
  SECTION("five times as long at most") {
    for (auto at = test_start; at < test_start + 10s; at += 1s) {
      tracker.hear(node_id{2}, at);
      CHECK(tracker.take_finished(view_of_two, at).empty());
    }
    tracker.hear(node_id{2}, test_start + 10s);
    CHECK(tracker.take_finished(view_of_two, test_start + 10s).size() == 1);
  }
}

TEST_CASE("attaching waits longer for the edges of the owner's node") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  tracker.finish(node_id{2}, {some_shard, 7});
  CHECK(tracker.take_finished(view_of_two, test_start).empty());
  CHECK(tracker.take_finished(view_of_two, test_start + 9'999ms).empty());
  CHECK(tracker.take_finished(view_of_two, test_start + 10s).size() == 1);
}

TEST_CASE("a shard that was lost or taken again does not finish for the earlier ownership") {
  attach_tracker tracker(node_id{1}, 2s);
  tracker.begin(some_shard, 7);
  tracker.end(some_shard);
  CHECK(tracker.take_finished(view_of_two, test_start + 9s).empty());
  tracker.begin(some_shard, 8);
  tracker.finish(node_id{1}, {some_shard, 8});
  tracker.begin(some_shard, 9);
  CHECK(tracker.take_finished(view_of({{1, node_state::up}}), test_start).empty());
}
