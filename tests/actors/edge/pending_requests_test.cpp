// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/pending_requests.hpp"

#include "cluster/envelope.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using command_list = std::vector<cluster::command>;

namespace {

pending_request from(std::uint64_t member) {
  pending_request out;
  out.request.from = connection_id{member};
  return out;
}

struct fixture {
  std::uint64_t ask(std::uint64_t member) {
    command_list out;
    queue.add_command(from(member), cluster::commands::push{}, out);
    REQUIRE(out.size() == 1);
    last = out[0];
    return last.id.number;
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
  CHECK(b.last.id == cluster::command_id{{node_id{3}, 4}, 1, connection_id{7}});
  CHECK(cluster::is<cluster::commands::push>(b.last));
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
  CHECK(b.queue.unqueued(cluster::commands::fetch{}).answered == 3);
  b.ask(7);
  CHECK(b.last.id.number == 4);
  CHECK(b.last.answered == 3);
}

TEST_CASE("a request that waits without a number keeps its place and is never sent") {
  fixture b;
  b.ask(1);
  b.queue.add_local(from(2));
  b.ask(3);
  command_list out;
  CHECK(b.queue.resend(out) == 2);
  REQUIRE(out.size() == 2);
  CHECK(out[0].id.number == 1);
  CHECK(out[1].id.number == 2);
  CHECK(b.queue.take_front().request.from == connection_id{1});
  CHECK(b.queue.front_number() == 0);
  CHECK(b.queue.take_front().request.from == connection_id{2});
  CHECK(b.queue.front_number() == 2);
}

TEST_CASE("a resent command is unchanged except for its acknowledgement") {
  fixture b;
  b.ask(1);
  command_list first;
  b.queue.add_command(from(2), cluster::commands::push{"ann", "msg", {}, "x"}, first);
  b.queue.take_front();
  command_list again;
  b.queue.resend(again);
  REQUIRE(again.size() == 1);
  CHECK(again[0].id.number == first[0].id.number);
  const auto& push = std::get<cluster::commands::push>(again[0].body);
  CHECK(push.user == "ann");
  CHECK(push.event == "msg");
  CHECK(push.idempotency_key == "x");
  CHECK(first[0].answered == 0);
  CHECK(again[0].answered == 1);
}

TEST_CASE("on a lossless bus no command is kept for a resend") {
  pending_requests queue{topic{"room:1"}, {node_id{3}, 4}, false};
  command_list out;
  queue.add_command(from(1), cluster::commands::push{}, out);
  CHECK(out.size() == 1);
  CHECK(queue.front_number() == 1);
  CHECK_FALSE(queue.front().sent);
  CHECK(queue.resend(out) == 0);
  CHECK(out.size() == 1);
}

TEST_CASE("a fetch has no number and takes no place in the queue") {
  fixture b;
  b.ask(1);
  const auto request = b.queue.unqueued(cluster::commands::fetch{offset{9}}, connection_id{7});
  CHECK(request.id == cluster::command_id{{node_id{3}, 4}, 0, connection_id{7}});
  CHECK(std::get<cluster::commands::fetch>(request.body).after == offset{9});
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

TEST_CASE("a request that was answered early stays if it has a command, and else goes") {
  fixture b;
  b.ask(1);
  b.queue.add_local(from(2));
  b.ask(3);
  for (std::uint64_t member = 1; member <= 3; ++member) {
    CHECK(b.queue.take_waiting().request.from == connection_id{member});
  }
  CHECK_FALSE(b.queue.first_waiting());
  CHECK(b.queue.size() == 2);
  command_list out;
  CHECK(b.queue.resend(out) == 2);
  CHECK(b.queue.is_front_silent());
  CHECK(b.queue.take_front().number == 1);
  CHECK(b.queue.take_front().number == 2);
  CHECK(b.queue.empty());
}

TEST_CASE("the queue is full while too many requests were answered early") {
  fixture b;
  for (std::size_t i = 0; i < pending_requests::silent_max; ++i) {
    CHECK_FALSE(b.queue.is_full());
    b.ask(1);
    b.queue.take_waiting();
  }
  CHECK(b.queue.is_full());
  b.queue.take_front();
  CHECK_FALSE(b.queue.is_full());
}
