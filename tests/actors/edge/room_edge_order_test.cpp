// SPDX-License-Identifier: Apache-2.0
// The order of frames: answers, closes, broadcasts.
#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// Short texts for comparing an order of frames: "reply 2 ok", "phx_close 1", "msg".
std::vector<std::string> brief(const std::vector<std::string>& frames) {
  std::vector<std::string> out;
  for (const auto& each : frames) {
    const auto frame = nlohmann::json::parse(each);
    const auto text = [](const nlohmann::json& ref) {
      return ref.is_null() ? std::string("null") : ref.get<std::string>();
    };
    const auto event = frame[3].get<std::string>();
    if (event == "phx_reply") {
      const auto& response = frame[4]["response"];
      out.push_back("reply " + text(frame[1]) + " " +
                    response.value("reason", frame[4]["status"].get<std::string>()));
    } else if (event == "phx_close" || event == "phx_error") {
      out.push_back(event + " " + text(frame[0]));
    } else {
      out.push_back(event);
    }
  }
  return out;
}

using lines = std::vector<std::string>;

struct two_members {
  explicit two_members(room_edges_options with = {}) : edges(std::move(with)) {
    a = edges.add_client();
    b = edges.add_client();
    for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
    edges.settle();
    edges.take(a);
    edges.take(b);
  }
  lines seen(std::size_t client) { return brief(edges.take(client)); }
  room_edges_fixture edges;
  std::size_t a = 0;
  std::size_t b = 0;
};

}  // namespace

TEST_CASE("a second join gets its reply before the close of the old channel and then events") {
  two_members t;
  t.edges.say(t.a, {"phx_join", "2", "2"});
  t.edges.say(t.b, {"msg", "2", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "phx_close 1", "msg"});
  CHECK(t.edges.owner().members() == 2);
  CHECK(t.edges.attached(0) == 2);
  CHECK(t.edges.subscribed(0) == 2);
}

TEST_CASE("the old channel receives nothing while a second join is in flight") {
  two_members t;
  t.edges.say(t.b, {"before", "2", "1"});
  t.edges.settle_but_owner();
  t.edges.say(t.a, {"phx_join", "2", "2"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "phx_close 1"});
}

TEST_CASE("several joins in a row are all answered and only the last one stays a member") {
  two_members t;
  for (const auto* ref : {"2", "3", "4"}) t.edges.say(t.a, {"phx_join", ref, ref});
  t.edges.say(t.b, {"msg", "2", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "phx_close 1", "reply 3 ok", "phx_close 2", "reply 4 ok",
                             "phx_close 3", "msg"});
  CHECK(t.edges.attached(0) == 2);
}

TEST_CASE("a push before a second join is answered first and a stale one after it is dropped") {
  two_members t;
  t.edges.say(t.a, {"msg", "2", "1"});
  t.edges.say(t.a, {"phx_join", "3", "3"});
  CHECK(t.edges.say(t.a, {"stale", "4", "1"}) == message_result::action_kind::drop);
  t.edges.say(t.a, {"msg", "5", "3"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "reply 3 ok", "phx_close 1", "reply 5 ok", "msg"});
}

TEST_CASE("replies keep the order of the requests even if some need no owner") {
  two_members t;
  t.edges.say(t.a, {"msg", "2", "1"});
  t.edges.say(t.a, {"phx_reply", "3", "1"});
  t.edges.say(t.a, {"access_token", "4", "1"});
  t.edges.say(t.a, {"msg", "5", "1", "[]"});
  t.edges.settle_but_owner();
  CHECK(t.seen(t.a).empty());
  t.edges.say(t.a, {"msg", "6", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "reply 3 reserved event", "reply 4 ok",
                             "reply 5 invalid payload", "msg", "reply 6 ok", "msg"});
  t.edges.say(t.a, {"phx_reply", "7", "1"});
  t.edges.settle_but_owner();
  CHECK(t.seen(t.a) == lines{"reply 7 reserved event"});
}

TEST_CASE("after a leave request pushes are unmatched and leaves are ok in order") {
  two_members t;
  t.edges.say(t.a, {"phx_leave", "2", "1"});
  t.edges.say(t.a, {"msg", "3", "1"});
  t.edges.say(t.a, {"phx_leave", "4", "1"});
  t.edges.settle();
  t.edges.say(t.a, {"msg", "5", "1"});
  t.edges.say(t.a, {"phx_leave", "6", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "phx_close 1", "reply 3 unmatched topic", "reply 4 ok",
                             "reply 5 unmatched topic", "reply 6 ok"});
}

TEST_CASE("events ordered before a leave still arrive and none arrives after the close") {
  two_members t;
  t.edges.say(t.b, {"before", "2", "1"});
  t.edges.settle_but_owner();
  t.edges.say(t.a, {"phx_leave", "2", "1"});
  t.edges.settle_but_owner();
  t.edges.say(t.b, {"after", "3", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"before", "reply 2 ok", "phx_close 1"});
}

TEST_CASE("a leave followed at once by a join closes the old channel and opens a new one") {
  const auto* leaves_with = GENERATE("1", "");
  two_members t;
  t.edges.say(t.a, {"phx_leave", "2", leaves_with});
  t.edges.say(t.a, {"phx_join", "3", "3"});
  t.edges.say(t.b, {"msg", "2", "1"});
  t.edges.settle();
  CHECK(t.seen(t.a) == lines{"reply 2 ok", "phx_close 1", "reply 3 ok", "msg"});
  CHECK(t.edges.attached(0) == 2);
  CHECK(t.edges.subscribed(0) == 2);
  t.edges.say(t.a, {"phx_leave", "4", "3"});
  t.edges.settle();
  CHECK(t.edges.attached(0) == 1);
  CHECK(t.edges.channels_of(t.a) == 0);
}

TEST_CASE("pipelined requests of a client are answered in order") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.say(a, {"msg", "2", "1"});
  edges.say(a, {"phx_leave", "3", "1"});
  edges.say(a, {"phx_join", "4", "4"});
  edges.settle();
  CHECK(brief(edges.take(a)) ==
        lines{"reply 1 ok", "reply 2 ok", "reply 3 ok", "phx_close 1", "reply 4 ok"});
  CHECK(edges.attached(0) == 1);
}
