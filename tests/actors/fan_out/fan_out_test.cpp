// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out.hpp"

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/session_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using action = unicast::action_kind;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t outbox_bytes_max = 1'000;

net::encoded_ptr message(const std::string& text) {
  return net::encoded_ptr::copy(net::encoded_kind::text, text);
}

struct fan_out_fixture final : fan_out_sender {
  void send(const topic& to_edge, const page_request& request) override {
    sent.push_back("page of " + to_edge.name + " from " + std::to_string(request.from.next.value));
  }
  void send(connection_id to, const channel_ended& message) override {
    sent.push_back(std::to_string(to.value) + " ended " + std::to_string(message.serial));
  }
  void send(connection_id to, const request_refused& message) override {
    sent.push_back(std::to_string(to.value) + " refused " + row_of(message.why).name.data());
  }
  tests::session_fixture& open() {
    auto* made = new tests::session_fixture(connection_id{++opened});
    kept.emplace_back(made);
    sessions.add(*made);
    return *made;
  }
  unicast doing(action kind, const net::session& to, const std::string& first = {}) {
    unicast out;
    out.to = to.id();
    out.serial = 1;
    out.action = kind;
    if (!first.empty()) out.first = message(first);
    return out;
  }
  void deliver(std::vector<unicast> unicasts, const std::string& text = {},
               connection_id except = {}) {
    fan_out_batch batch{7, topic{"room:1"}, std::move(unicasts), {}};
    if (!text.empty()) {
      auto& next = batch.broadcasts.emplace_back();
      next.messages.add({}, message(text));
      next.except = except;
    }
    logic.deliver(batch, outbox_bytes_max);
  }

  std::uint64_t opened = 0;
  std::deque<net::session_ptr> kept;
  net::session_registry sessions{loop_id{0}};
  net::loop_counters counts;
  lines sent;
  fan_out logic{sessions, counts, *this};
};

/// A page with these events; `next`: the event after them, 0: it was the last.
std::shared_ptr<const catch_up_page> page(const lines& events, std::uint64_t next) {
  catch_up_page out;
  for (const auto& each : events) out.messages.push_back(message(each));
  out.from.next = offset{3};
  out.to.next = offset{next};
  out.to.side.at = cluster::side_state_cursor::stage::end;
  return std::make_shared<const catch_up_page>(std::move(out));
}

}  // namespace

TEST_CASE("a subscribed member receives broadcasts until it is unsubscribed") {
  fan_out_fixture it;
  auto &one = it.open(), &two = it.open();
  it.deliver({it.doing(action::subscribe, one), it.doing(action::subscribe, two)}, "first");
  it.deliver({}, "second", two.id());
  it.deliver({it.doing(action::unsubscribe, one)}, "third");
  auto other_channel = it.doing(action::unsubscribe, two);
  other_channel.serial = 9;
  it.deliver({other_channel}, "fourth");
  it.deliver({it.doing(action::end_channel, two)}, "fifth");
  CHECK(one.take() == lines{"first", "second"});
  CHECK(two.take() == lines{"first", "third", "fourth"});
  CHECK(it.sent == lines{"2 ended 1"});
  CHECK(it.logic.rooms() == 0);
}

TEST_CASE("unicast messages are written in order before the broadcast and return credit") {
  fan_out_fixture it;
  auto& client = it.open();
  auto answer = it.doing(action::subscribe, client, "reply");
  answer.second = message("close");
  answer.gives_credit = answer.is_refusal = true;
  answer.credit_bytes = 12;
  answer.refused = errc::unauthorized;
  it.deliver({answer}, "news");
  CHECK(client.take() == lines{"reply", "close", "news"});
  CHECK(client.messages_answered == 1);
  CHECK(client.bytes_answered == 12);
  CHECK(it.sent == lines{"1 refused unauthorized"});
}

TEST_CASE("a page is written after the unicast messages and before the broadcast") {
  fan_out_fixture it;
  auto& client = it.open();
  auto answer = it.doing(action::subscribe, client, "reply");
  answer.page = page({"one", "two"}, 0);
  it.deliver({answer}, "news");
  CHECK(client.take() == lines{"reply", "one", "two", "news"});
}

TEST_CASE("a member that catches up receives no broadcast until it has all missed events") {
  fan_out_fixture it;
  auto& client = it.open();
  auto answer = it.doing(action::subscribe, client);
  answer.page = page({}, 3);
  it.deliver({answer}, "first");
  CHECK(it.sent == lines{"page of room:1 from 3"});
  CHECK(it.logic.catching_up() == 1);
  auto rest = it.doing(action::none, client);
  rest.page = page({"missed"}, 0);
  it.deliver({rest}, "second");
  CHECK(client.take() == lines{"missed", "second"});
  CHECK(it.logic.catching_up() == 0);
}

TEST_CASE("a member is sent no page after its session has ended") {
  fan_out_fixture it;
  auto& client = it.open();
  client.limit_room(outbox_bytes_max);
  auto answer = it.doing(action::subscribe, client, std::string(400, 'x'));
  answer.page = page({}, 3);
  it.deliver({answer});
  CHECK(it.sent.empty());  // no room
  client.take();
  it.logic.drained(client.id(), outbox_bytes_max);
  CHECK(it.sent == lines{"page of room:1 from 3"});
  it.sessions.remove(client.id());
  it.logic.drained(client.id(), outbox_bytes_max);
  CHECK(it.logic.catching_up() == 0);
  CHECK(it.sent.size() == 1);
}

TEST_CASE("a closed session is neither written to nor subscribed") {
  fan_out_fixture it;
  auto& client = it.open();
  client.close(errc::client_closed);
  const bool has_ended = GENERATE(false, true);
  if (has_ended) it.sessions.remove(client.id());
  it.deliver({it.doing(action::subscribe, client, "reply")}, "news");
  CHECK(client.take().empty());
  CHECK(it.logic.rooms() == 0);
}

TEST_CASE("a slow consumer that its own reply closes leaves and is not subscribed again") {
  fan_out_fixture it;
  auto& client = it.open();
  client.limit_room(outbox_bytes_max);
  it.deliver({it.doing(action::subscribe, client, std::string(900, 'x'))});
  REQUIRE(it.logic.members() == 1);
  const auto kind = GENERATE(action::end_channel, action::unsubscribe);
  auto answer = it.doing(kind, client, std::string(900, 'y'));
  answer.gives_credit = true;
  it.deliver({answer, it.doing(action::subscribe, client)}, "news");
  CHECK(client.close_reason == errc::slow_consumer);
  CHECK(client.messages_answered == 1);
  CHECK(it.logic.rooms() == 0);
  CHECK(it.sent.size() == (kind == action::end_channel ? 1 : 0));
}
