// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out_actor.hpp"

#include <caf/send.hpp>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

constexpr net::wire_format v2{};

net::encoded_ptr message(const std::string& text) {
  return net::encoded_ptr::copy(net::encoded_kind::text, text);
}

unicast doing(unicast::action_kind action, const session_fixture& to, channel_serial serial = 1) {
  unicast out;
  out.to = to.id();
  out.serial = serial;
  out.action = action;
  return out;
}

void deliver(node_fixture& it, std::vector<unicast> directs, const std::string& text = {},
             connection_id except = {}) {
  fan_out_batch batch;
  batch.edge_incarnation = 7;
  batch.topic = topic{"room:1"};
  batch.unicasts = std::move(directs);
  if (!text.empty()) {
    auto& next = batch.broadcasts.emplace_back();
    next.messages.add(v2, message(text));
    next.except = except;
  }
  caf::anon_send(it.node.fan_outs()[0], std::move(batch));
  it.settle();
}

}  // namespace

TEST_CASE("a subscribed member receives broadcasts until it is unsubscribed") {
  node_fixture it(1);
  auto& one = it.open(0);
  auto& two = it.open(0);
  deliver(
      it,
      {doing(unicast::action_kind::subscribe, one), doing(unicast::action_kind::subscribe, two)},
      "first");
  deliver(it, {}, "second", two.id());
  deliver(it, {doing(unicast::action_kind::unsubscribe, one)}, "third");
  // The serial of a different channel.
  deliver(it, {doing(unicast::action_kind::unsubscribe, two, 9)}, "fourth");
  deliver(it, {doing(unicast::action_kind::end_channel, two)}, "fifth");
  CHECK(it.got(one) == std::vector<std::string>{"first", "second"});
  CHECK(it.got(two) == std::vector<std::string>{"first", "third", "fourth"});
  CHECK(it.probe.value(metrics::counter::deliveries_out) == 5);
}

TEST_CASE("unicast messages are written in order before the broadcast and return credit") {
  node_fixture it(1);
  auto& client = it.open(0);
  auto answer = doing(unicast::action_kind::subscribe, client);
  answer.first = message("reply");
  answer.second = message("close");
  answer.gives_credit = true;
  answer.credit_bytes = 12;
  deliver(it, {answer}, "news");
  CHECK(it.got(client) == std::vector<std::string>{"reply", "close", "news"});
  CHECK(client.messages_answered == 1);
  CHECK(client.bytes_answered == 12);
}

TEST_CASE("a page is written after the unicast messages and before the broadcast") {
  node_fixture it(1);
  auto& client = it.open(0);
  auto answer = doing(unicast::action_kind::subscribe, client);
  answer.first = message("reply");
  catch_up_page page{{message("one"), message("two")}, {}, {}};
  page.to.side.at = cluster::side_state_cursor::stage::end;
  answer.page = std::make_shared<const catch_up_page>(std::move(page));
  deliver(it, {answer}, "news");
  CHECK(it.got(client) == std::vector<std::string>{"reply", "one", "two", "news"});
}

TEST_CASE("a member that catches up receives no broadcast until it has all missed events") {
  node_fixture it(1);
  auto& client = it.open(0);
  auto answer = doing(unicast::action_kind::subscribe, client);
  catch_up_page page;
  page.from.next = page.to.next = offset{3};
  answer.page = std::make_shared<const catch_up_page>(page);
  deliver(it, {answer}, "first");
  auto rest = doing(unicast::action_kind::none, client);
  page.messages = {message("missed")};
  page.to.next = {};
  rest.page = std::make_shared<const catch_up_page>(page);
  deliver(it, {rest}, "second");
  CHECK(it.got(client) == std::vector<std::string>{"missed", "second"});
}

TEST_CASE("a closed session is neither written to nor subscribed") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.close(client);
  auto answer = doing(unicast::action_kind::subscribe, client);
  answer.first = message("reply");
  deliver(it, {answer}, "news");
  CHECK(it.got(client).empty());
  CHECK(it.probe.value(metrics::counter::deliveries_out) == 0);
}
