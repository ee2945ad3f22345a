// SPDX-License-Identifier: Apache-2.0
// Authorization of joins and pushes by decide(): each row is one case.
#include <nlohmann/json.hpp>

#include "actors/connection/connection_rules.hpp"
#include "actors/messages/edge_request.hpp"
#include "tests/fixtures/message_result_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;
using asked = edge_request_kind;
using does = message_result::action_kind;
using grantee = access_rule::grantee;

namespace {

net::auth::token_claims claims(const char* text) {
  return *net::auth::read_claims(nlohmann::json::parse(text));
}

const auto ada = claims(
    R"({"sub":"ada","role":"admin","grants":{"room:*":["join","push:msg"],"user:*":["join"]}})");
const auto bob = claims(R"({"sub":"bob","role":["guest","mod"]})");
const auto nameless = claims("{}");

net::inbound saying_on(std::string topic_name, std::string event, std::string_view payload = "{}",
                       net::ref join_ref = one) {
  auto out = inbound_message(std::move(event), std::move(join_ref), payload);
  out.decoded.topic = std::move(topic_name);
  return out;
}

settings with_rule(std::optional<access_rule> join, std::vector<push_rule> push = {push_rule{}}) {
  settings out;
  out.auth.hs256_secret = std::string(32, 's');
  out.rooms[0].allow.join = std::move(join);
  out.rooms[0].allow.push = std::move(push);
  return out;
}

message_result by(const settings& config, const net::inbound& in, const access_result& as,
                  const std::optional<channel_facts>& found = {}) {
  return decide(in, found, 0, 9, {}, config, under_rules(as));
}

bool joins(const settings& config, principal as, const char* topic_name = "room:1") {
  const auto got = by(config, saying_on(topic_name, "phx_join"), {as});
  if (got.action == does::open) {
    CHECK(got.request.user == (as ? as->user : ""));
    return true;
  }
  CHECK(got.action == does::answer);
  CHECK(got.why == errc::unauthorized);
  CHECK(got.join_ref == one);
  return false;
}

bool pushes(const settings& config, principal as, const char* event) {
  const auto got = by(config, saying_on("room:1", event), {as}, joined);
  CHECK(got.action == does::forward);
  if (got.request.kind == asked::push) return true;
  CHECK(got.request.kind == asked::answer);
  CHECK(got.request.why == errc::unauthorized);
  return false;
}

/// Answers every question in the same way and keeps the last one.
/// Owns: the last question. Runs on: the test's thread. Ends: with its test.
class constant_authorizer final : public authorizer {
 public:
  explicit constant_authorizer(authorization answer) : answer_(answer) {}
  authorization decide(const authorization_request& request) override {
    event = request.event_name;
    connection = request.connection;
    may_wait = request.may_wait;
    ++asked_times;
    return answer_;
  }

  std::string event = "none";
  connection_id connection;
  bool may_wait = false;
  int asked_times = 0;

 private:
  authorization answer_;
};

message_result decide_with(constant_authorizer& by, const net::inbound& in,
                           std::optional<errc> answer = {}) {
  access_result as{&ada};
  as.authorizer = &by;
  as.connection = connection_id{7};
  as.may_wait = true;
  as.answer = answer;
  const bool joins = in.decoded.event == "phx_join";
  return decide(in, joins ? std::nullopt : std::optional{joined}, 0, 9, {}, with_rule({}), as);
}

}  // namespace

TEST_CASE("a join and a push whose answer is pending wait and nothing else is asked") {
  constant_authorizer by({errc::none, 42});
  for (const auto* event : {"phx_join", "msg"}) {
    const auto got = decide_with(by, saying_on("room:1", event));
    CHECK(got.action == does::wait);
    CHECK(got.question == 42);
    CHECK(by.event == (event == std::string("msg") ? "msg" : ""));
    CHECK(by.connection == connection_id{7});
    CHECK(by.may_wait);
  }
  for (const auto* event : {"phx_leave", "presence_update", "access_token", "phx_reply", ""}) {
    CHECK(decide_with(by, saying_on("room:1", event)).action == does::forward);
  }
  CHECK(by.asked_times == 2);
}

TEST_CASE("a late answer replaces the question") {
  constant_authorizer by({errc::none, 42});
  CHECK(decide_with(by, saying_on("room:1", "phx_join"), errc::none).action == does::open);
  CHECK(decide_with(by, saying_on("room:1", "msg"), errc::none).request.kind == asked::push);
  CHECK(decide_with(by, saying_on("room:1", "phx_join"), errc::unauthorized).why ==
        errc::unauthorized);
  const auto refused = decide_with(by, saying_on("room:1", "msg"), errc::unavailable);
  CHECK(refused.request.kind == asked::answer);
  CHECK(refused.request.why == errc::unavailable);
  CHECK(by.asked_times == 0);
}

TEST_CASE("an authorizer that refuses at once chooses the error of the reply") {
  constant_authorizer by({errc::rate_limited});
  CHECK(decide_with(by, saying_on("room:1", "phx_join")).why == errc::rate_limited);
  CHECK(decide_with(by, saying_on("room:1", "msg")).request.why == errc::rate_limited);
}

TEST_CASE("the rule and the token decide which topics a client may join") {
  struct row {
    std::optional<access_rule> rule;
    const char* topic_name;
    bool anonymous, of_nameless, of_ada, of_bob;
  };
  const access_rule admins{grantee::claim, "role", {claim_value{"admin"}, claim_value{"mod"}}};
  const row rows[] = {
      {access_rule{grantee::any}, "room:1", true, true, true, true},
      {access_rule{grantee::user}, "room:1", false, true, true, true},
      {std::nullopt, "room:1", false, true, true, true},
      {access_rule{grantee::self}, "user:ada", false, false, true, false},
      {access_rule{grantee::self}, "user:bob", false, false, false, true},
      {access_rule{grantee::self}, "user:", false, false, false, false},
      {access_rule{grantee::grant}, "room:1", false, false, true, false},
      {access_rule{grantee::grant}, "other:1", false, false, false, false},
      {admins, "room:1", false, false, true, true},
      {access_rule{grantee::none}, "room:1", false, false, false, false},
  };
  for (const auto& each : rows) {
    INFO(each.topic_name << " " << (each.rule ? static_cast<int>(each.rule->allowed) : -1));
    const auto config = with_rule(each.rule);
    CHECK(joins(config, nullptr, each.topic_name) == each.anonymous);
    CHECK(joins(config, &nameless, each.topic_name) == each.of_nameless);
    CHECK(joins(config, &ada, each.topic_name) == each.of_ada);
    CHECK(joins(config, &bob, each.topic_name) == each.of_bob);
  }
}

TEST_CASE("a rule without allow.join admits everyone while no key is configured") {
  auto config = with_rule(std::nullopt);
  config.auth.hs256_secret.clear();
  CHECK(joins(config, nullptr));
  config.auth.jwks_url = "https://issuer.example/keys";
  CHECK_FALSE(joins(config, nullptr));
}

TEST_CASE("a topic that begins with $ is unmatched even if rules and grants allow it") {
  const auto all = claims(R"({"sub":"ada","grants":{"*":["join","push:*"]}})");
  const auto config = with_rule(access_rule{grantee::any});
  const auto got = by(config, saying_on("$SYS", "phx_join"), {&all});
  CHECK(got.action == does::answer);
  CHECK(got.why == errc::unmatched_topic);
}

TEST_CASE(
    "the first push rule that matches the event decides and without one the push is refused") {
  const access_rule admins{grantee::claim, "role", {claim_value{"admin"}}};
  const auto listed = with_rule(access_rule{grantee::any},
                                {{{"announce"}, admins}, {{"msg", "t*"}, {grantee::any}}});
  CHECK(pushes(listed, &ada, "announce"));
  CHECK_FALSE(pushes(listed, &bob, "announce"));
  CHECK_FALSE(pushes(listed, nullptr, "announce"));
  CHECK(pushes(listed, nullptr, "msg"));
  CHECK(pushes(listed, nullptr, "typing"));
  CHECK_FALSE(pushes(listed, &ada, "other"));
  const auto granted = with_rule(access_rule{grantee::any}, {{{"*"}, {grantee::grant}}});
  CHECK(pushes(granted, &ada, "msg"));
  CHECK_FALSE(pushes(granted, &ada, "other"));
  CHECK_FALSE(pushes(granted, &bob, "msg"));
  // Every user who may join may push.
  CHECK(pushes(with_rule(access_rule{grantee::user}), &ada, "msg"));
  CHECK_FALSE(
      pushes(with_rule(access_rule{grantee::any}, {{{"*"}, {grantee::none}}}), &ada, "msg"));
}

TEST_CASE("presence_update and mark_read and phx_leave need no push permission") {
  const auto config = with_rule(access_rule{grantee::any}, {{{"*"}, {grantee::none}}});
  const auto described =
      by(config, saying_on("room:1", "presence_update", R"({"meta":{}})"), {}, joined);
  CHECK(described.request.kind == asked::update_meta);
  const auto read =
      by(config, saying_on("room:1", "mark_read", R"({"epoch":"e","offset":1})"), {}, joined);
  CHECK(read.request.kind == asked::mark_read);
  CHECK(by(config, saying_on("room:1", "phx_leave"), {}, joined).request.kind == asked::leave);
}

TEST_CASE("a reloaded rule decides the next push and without a rule the topic is unmatched") {
  const auto before = with_rule(access_rule{grantee::any});
  CHECK(pushes(before, nullptr, "msg"));
  CHECK_FALSE(pushes(with_rule(access_rule{grantee::any}, {}), nullptr, "msg"));
  auto gone = before;
  gone.rooms[0].match = "other:*";
  CHECK(by(gone, saying_on("room:1", "msg"), {}, joined).request.why == errc::unmatched_topic);
}

TEST_CASE("before the first token only heartbeat and access_token and a join with a token work") {
  const auto config = with_rule(access_rule{grantee::any});
  const access_result held{nullptr, true, errc::none};
  const auto refused = [&](const net::inbound& in) {
    const auto got = by(config, in, held);
    return got.action == does::answer && got.why == errc::unauthorized;
  };
  CHECK(by(config, saying_on("phoenix", "heartbeat"), held).why == errc::none);
  CHECK(by(config, saying_on("phoenix", "access_token"), held).why == errc::none);
  CHECK(refused(saying_on("room:1", "phx_join")));
  CHECK(refused(saying_on("room:1", "phx_leave")));
  CHECK(refused(saying_on("room:1", "msg")));
  CHECK(refused(saying_on("phoenix", "msg")));
  CHECK(by(config, saying_on("room:1", "phx_join"), {&nameless, false, errc::none}).action ==
        does::open);
}

TEST_CASE("a bad token refuses the join or the refresh that carries it") {
  const auto config = with_rule(access_rule{grantee::any});
  for (const auto why : {errc::unauthorized, errc::token_expired, errc::invalid_payload}) {
    const access_result as{&ada, false, why};
    const auto join = by(config, saying_on("room:1", "phx_join"), as);
    CHECK(join.action == does::answer);
    CHECK(join.why == why);
    CHECK(by(config, saying_on("phoenix", "access_token"), as).why == why);
    const auto refresh = by(config, saying_on("room:1", "access_token"), as, joined);
    CHECK(refresh.request.kind == asked::answer);
    CHECK(refresh.request.why == why);
    CHECK(by(config, saying_on("room:1", "msg"), as, joined).request.kind == asked::push);
  }
}

TEST_CASE("an access_token for a topic that is not joined is refused as unmatched") {
  const auto got =
      by(with_rule({}), saying_on("room:1", "access_token", R"({"token":"t"})"), {&ada});
  CHECK(got.action == does::answer);
  CHECK(got.why == errc::unmatched_topic);
}

TEST_CASE("a token is read only from joins and valid access_token messages") {
  const std::string given = R"({"token":"a.b.c"})";
  const auto found = [](const net::inbound& in, const std::optional<channel_facts>& at = {}) {
    const auto got = token_in(in, at);
    if (!got) return std::string("none");
    return *got ? **got : std::string(reason_of(got->failure().code));
  };
  CHECK(found(saying_on("room:1", "phx_join", given)) == "a.b.c");
  CHECK(found(saying_on("room:1", "phx_join", R"({"access_token":"x\u002ey"})")) == "x.y");
  CHECK(found(saying_on("room:1", "phx_join", R"({"token":""})")) == "none");
  CHECK(found(saying_on("room:1", "phx_join", R"({"token":null})")) == "none");
  CHECK(found(saying_on("room:1", "phx_join", "[1]")) == "none");
  CHECK(found(saying_on("room:1", "phx_join", R"({"token":7})")) == "invalid payload");
  CHECK(found(saying_on("phoenix", "access_token", given)) == "a.b.c");
  CHECK(found(saying_on("room:1", "access_token", given)) == "none");
  CHECK(found(saying_on("room:1", "access_token", given), joined) == "a.b.c");
  CHECK(found(saying_on("room:1", "access_token", given, net::ref{"\"9\""}), joined) == "none");
  CHECK(found(saying_on("room:1", "access_token", given), channel_facts{one, 4, true}) == "none");
  CHECK(found(saying_on("room:1", "access_token", "{}"), joined) == "invalid payload");
  CHECK(found(saying_on("room:1", "access_token", "\"a.b.c\""), joined) == "invalid payload");
  CHECK(found(saying_on("room:1", "msg", given), joined) == "none");
  auto refused = saying_on("room:1", "phx_join", given);
  refused.refused = errc::payload_too_large;
  CHECK(found(refused) == "none");
}
