// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/pending_requests.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using commands = std::vector<cluster::command>;

namespace {

pending_request from(std::uint64_t member) {
  pending_request out;
  out.request.from = connection_id{member};
  return out;
}

struct fixture {
  std::uint64_t ask(std::uint64_t member) {
    commands out;
    queue.add_command(from(member), {}, out);
    REQUIRE(out.size() == 1);
    last = out[0];
    return last.number;
  }
  pending_requests queue{topic{"room:1"}, {node_id{3}, 4}, true};
  cluster::command last;
};

}  // namespace

TEST_CASE("commands are numbered in order of the requests and carry topic and edge and member") {
  fixture b;
  CHECK(b.queue.empty());
  CHECK(b.ask(7) == 1);
  CHECK(b.last.topic == topic{"room:1"});
  CHECK(b.last.from == cluster::edge_id{node_id{3}, 4});
  CHECK(b.last.member == connection_id{7});
  CHECK(b.last.kind == cluster::command_kind::push);
  CHECK(b.ask(8) == 2);
  CHECK(b.queue.size() == 2);
  CHECK(b.queue.front_number() == 1);
}

TEST_CASE("each command acknowledges the answers received so far") {
  fixture b;
  b.ask(7);
  CHECK(b.last.answered == 0);
  b.ask(7);
  CHECK(b.last.answered == 0);
  b.queue.take_front();
  b.ask(7);
  CHECK(b.last.answered == 1);
  b.queue.take_front();
  b.queue.take_front();
  CHECK(b.queue.unqueued(cluster::command_kind::fetch, offset{1}).answered == 3);
  b.ask(7);
  CHECK(b.last.number == 4);
  CHECK(b.last.answered == 3);
}

TEST_CASE("a request that waits without a number keeps its place and is never sent") {
  fixture b;
  b.ask(1);
  b.queue.add_local(from(2));
  b.ask(3);
  commands out;
  CHECK(b.queue.resend(out) == 2);
  REQUIRE(out.size() == 2);
  CHECK(out[0].number == 1);
  CHECK(out[1].number == 2);
  CHECK(b.queue.take_front().request.from == connection_id{1});
  CHECK(b.queue.front_number() == 0);
  CHECK(b.queue.take_front().request.from == connection_id{2});
  CHECK(b.queue.front_number() == 2);
}

TEST_CASE("a resent command is unchanged except for its acknowledgement") {
  fixture b;
  b.ask(1);
  commands first;
  cluster::command request;
  request.event = "msg";
  request.idempotency_key = "x";
  request.from_position = position{"e", offset{3}};
  b.queue.add_command(from(2), std::move(request), first);
  b.queue.take_front();
  commands again;
  b.queue.resend(again);
  REQUIRE(again.size() == 1);
  CHECK(again[0].number == first[0].number);
  CHECK(again[0].event == "msg");
  CHECK(again[0].idempotency_key == "x");
  CHECK(again[0].from_position->at == offset{3});
  CHECK(first[0].answered == 0);
  CHECK(again[0].answered == 1);
}

TEST_CASE("on a lossless bus no command is kept for a resend") {
  pending_requests queue{topic{"room:1"}, {node_id{3}, 4}, false};
  commands out;
  queue.add_command(from(1), {}, out);
  CHECK(out.size() == 1);
  CHECK(queue.front_number() == 1);
  CHECK_FALSE(queue.front().sent);
  CHECK(queue.resend(out) == 0);
  CHECK(out.size() == 1);
}

TEST_CASE("a fetch has no number and takes no place in the queue") {
  fixture b;
  b.ask(1);
  const auto request = b.queue.unqueued(cluster::command_kind::fetch, offset{9});
  CHECK(request.number == 0);
  CHECK(request.kind == cluster::command_kind::fetch);
  CHECK(request.from_position->at == offset{9});
  CHECK(request.topic == topic{"room:1"});
  CHECK(b.queue.size() == 1);
  CHECK(b.ask(1) == 2);
}

TEST_CASE("every pending request can be visited and changed in place") {
  fixture b;
  for (std::uint64_t member = 1; member <= 3; ++member) b.ask(member);
  std::vector<std::uint64_t> seen;
  b.queue.each([&](pending_request& each) {
    seen.push_back(each.request.from.value);
    each.closes_old = true;
  });
  CHECK(seen == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(b.queue.front().closes_old);
}
