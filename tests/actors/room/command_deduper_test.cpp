// SPDX-License-Identifier: Apache-2.0
#include "actors/room/command_deduper.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using dedupe_result = command_deduper::dedupe_result;

namespace {

const cluster::edge_id one{node_id{1}, 1};

cluster::command numbered(std::uint64_t number, std::uint64_t answered = 0,
                          cluster::edge_id from = one) {
  return {{}, 0, {from, number, {}}, answered, cluster::commands::leave{}};
}

struct fixture {
  dedupe_result take(const cluster::command& command) {
    const auto out = log.take(command, now);
    if (out == dedupe_result::fresh) log.answered(command.id, kept::done{});
    return out;
  }
  command_deduper log;
  time_point now{std::chrono::hours(1)};
};

}  // namespace

TEST_CASE("the deduper accepts commands in order and reports repeated and early ones") {
  fixture b;
  CHECK(b.take(numbered(1)) == dedupe_result::fresh);
  CHECK(b.take(numbered(3)) == dedupe_result::early);
  CHECK(b.take(numbered(2)) == dedupe_result::fresh);
  CHECK(b.take(numbered(3)) == dedupe_result::fresh);
  for (std::uint64_t n = 1; n <= 3; ++n) CHECK(b.take(numbered(n)) == dedupe_result::repeated);
  CHECK(b.take(numbered(5)) == dedupe_result::early);
}

TEST_CASE("each edge and each incarnation of an edge has its own numbering") {
  fixture b;
  CHECK(b.take(numbered(1)) == dedupe_result::fresh);
  CHECK(b.take(numbered(1, 0, {node_id{1}, 2})) == dedupe_result::fresh);
  CHECK(b.take(numbered(1, 0, {node_id{2}, 1})) == dedupe_result::fresh);
  CHECK(b.log.edges() == 2);
}

TEST_CASE("a newer incarnation of an edge replaces the older one whose commands are ignored") {
  fixture b;
  const cluster::edge_id newer{node_id{1}, 2};
  CHECK(b.take(numbered(1)) == dedupe_result::fresh);
  CHECK(b.take(numbered(1, 0, newer)) == dedupe_result::fresh);
  CHECK(b.take(numbered(1)) == dedupe_result::outdated);
  CHECK(b.take(numbered(2)) == dedupe_result::outdated);
  CHECK(b.log.answer_to({one, 1, {}}) == nullptr);
  CHECK(b.log.answer_to({newer, 1, {}}) != nullptr);
  CHECK(b.take(numbered(1, 0, newer)) == dedupe_result::repeated);
}

TEST_CASE("the incarnation of an edge is compared with the one that is known of its node") {
  fixture b;
  const cluster::edge_id known{node_id{1}, 5};
  const cluster::edge_id older{node_id{1}, 4};
  const cluster::edge_id newer{node_id{1}, 6};
  CHECK_FALSE(b.log.is_newer(known));
  CHECK_FALSE(b.log.is_older(known));
  cluster::command first;
  first.id = {known, 0, {}};
  first.answered = 3;
  CHECK(b.log.acknowledge(first, {}));
  CHECK(b.log.is_newer(newer));
  CHECK_FALSE(b.log.is_newer(known));
  CHECK(b.log.is_older(older));
  CHECK_FALSE(b.log.is_older(newer));
  first.id.edge = older;
  CHECK_FALSE(b.log.acknowledge(first, {}));
}

TEST_CASE("answers are kept until the edge acknowledges them") {
  fixture b;
  for (std::uint64_t n = 1; n <= 4; ++n) b.take(numbered(n));
  for (std::uint64_t n = 1; n <= 4; ++n) {
    REQUIRE(b.log.answer_to({one, n, {}}));
  }
  CHECK(b.log.answer_to({one, 5, {}}) == nullptr);
  CHECK(b.log.answer_to({{node_id{9}, 1}, 1, {}}) == nullptr);
  b.take(numbered(5, 2));
  CHECK(b.log.answer_to({one, 2, {}}) == nullptr);
  CHECK(b.log.answer_to({one, 3, {}}) != nullptr);
  // Arrives late: already applied, so not answered.
  CHECK(b.take(numbered(2, 2)) == dedupe_result::repeated);
}

TEST_CASE("a stored answer keeps its kind and position and reason") {
  command_deduper log;
  log.take(numbered(1), {});
  log.answered({one, 1, {}}, kept::pushed{{"e", offset{7}}});
  log.take(numbered(2), {});
  log.answered({one, 2, {}}, kept::refused{errc::room_full});
  const auto& push = std::get<kept::pushed>(*log.answer_to({one, 1, {}}));
  CHECK(push.at.epoch == "e");
  CHECK(push.at.at == offset{7});
  CHECK(std::get<kept::refused>(*log.answer_to({one, 2, {}})).why == errc::room_full);
}

TEST_CASE("an unknown edge continues after the last answer that it acknowledges") {
  fixture b;
  CHECK(b.take(numbered(9, 7)) == dedupe_result::early);
  CHECK(b.take(numbered(8, 7)) == dedupe_result::fresh);
  CHECK(b.take(numbered(9, 7)) == dedupe_result::fresh);
}

TEST_CASE("on a lossless bus an unknown edge may start with any number") {
  command_deduper log(false);
  CHECK(log.take(numbered(9, 7), {}) == dedupe_result::fresh);
  CHECK(log.take(numbered(10, 7), {}) == dedupe_result::fresh);
  CHECK(log.take(numbered(4, 1, {node_id{2}, 1}), {}) == dedupe_result::fresh);
  CHECK(log.take(numbered(10, 7), {}) == dedupe_result::repeated);
}

TEST_CASE(
    "edges that were idle for ten minutes are evicted when another comes and busy ones stay") {
  fixture b;
  const cluster::edge_id other{node_id{2}, 1};
  const cluster::edge_id third{node_id{3}, 1};
  b.take(numbered(1));
  b.take(numbered(1, 0, other));
  b.now += command_deduper::quiet_for;
  b.take(numbered(1, 0, other));
  b.now += milliseconds(1);
  b.take(numbered(1, 0, third));
  CHECK(b.log.edges() == 2);
  CHECK(b.log.answer_to({one, 1, {}}) == nullptr);
  CHECK(b.log.answer_to({other, 1, {}}) != nullptr);
}

TEST_CASE(
    "what the edge of a dropped node resends is taken again from its first unanswered number") {
  fixture b;
  for (std::uint64_t n = 1; n <= 3; ++n) b.take(numbered(n));
  CHECK(b.take(numbered(3, 1)) == dedupe_result::repeated);
  b.log.expect_repeats(node_id{1});
  CHECK(b.take(numbered(3, 1)) == dedupe_result::early);
  CHECK(b.take(numbered(2, 1)) == dedupe_result::reapply);
  CHECK(b.take(numbered(3, 1)) == dedupe_result::reapply);
  CHECK(b.take(numbered(4, 1)) == dedupe_result::fresh);
  CHECK(b.log.answer_to({one, 2, {}}) != nullptr);
}

TEST_CASE("the number of edges is bounded and the one idle for longest is evicted") {
  fixture b;
  for (std::uint64_t n = 0; n <= command_deduper::edges_max; ++n) {
    b.now += milliseconds(1);
    b.take(numbered(1, 0, {node_id{n + 1}, 1}));
  }
  CHECK(b.log.edges() == command_deduper::edges_max);
  CHECK(b.log.answer_to({{node_id{1}, 1}, 1, {}}) == nullptr);
  CHECK(b.log.answer_to({{node_id{2}, 1}, 1, {}}) != nullptr);
}

TEST_CASE("forgetting joins turns stored join answers into refusals and keeps the others") {
  command_deduper log;
  for (std::uint64_t n = 1; n <= 3; ++n) log.take(numbered(n), {});
  log.answered({one, 1, {}}, kept::done{});
  log.answered({one, 2, {}}, kept::joined{});
  log.answered({one, 3, {}}, kept::left{});
  log.forget_joins();
  CHECK(std::holds_alternative<kept::done>(*log.answer_to({one, 1, {}})));
  CHECK(std::get<kept::refused>(*log.answer_to({one, 2, {}})).why == errc::join_crashed);
  CHECK(std::holds_alternative<kept::left>(*log.answer_to({one, 3, {}})));
}

TEST_CASE("a long-lived edge keeps only answers that it has not acknowledged") {
  fixture b;
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    REQUIRE(b.take(numbered(n, n > 5 ? n - 5 : 0)) == dedupe_result::fresh);
    if (n > 5) REQUIRE(b.log.answer_to({one, n - 5, {}}) == nullptr);
    REQUIRE(b.log.answer_to({one, n > 5 ? n - 4 : 1, {}}) != nullptr);
  }
}
