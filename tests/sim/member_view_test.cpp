#include "tests/sim/member_view.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/sim/one_member.hpp"

// That the checkers find what they are for: each case breaks one promise, or none.

using namespace roost;
using namespace roost::sim;
using kind = request::kind;

TEST_CASE("a member that gets what it should breaks no promise") {
  one_member me;
  me.join();
  me.ask("2", kind::push, 1);
  me.hear_event(1, 1, "a", 11);
  me.hear_reply("2", R"({"epoch":"a","offset":12})");
  me.hear_event(0, 1, "a", 12);
  me.hear_event(1, 2, "b", 13);
  me.hear(R"(["1",null,"room:0","presence_state",{}])");
  me.it.check_quiet();
  CHECK(me.broken() == "nothing");
  CHECK(me.it.where() == position{"b", 13});
  CHECK(me.it.has_all_up_to(13));
  CHECK_FALSE(me.it.has_all_up_to(14));
}

TEST_CASE("events that repeat, go back, leave some out or bring an old epoch back are found") {
  one_member again;
  again.join();
  again.hear_event(1, 1, "a", 11);
  again.hear_event(1, 1, "a", 11);
  CHECK(again.broken() == promise::order);

  one_member gap;
  gap.join();
  gap.hear_event(1, 1, "a", 12);
  CHECK(gap.broken() == promise::no_gap);

  one_member old;
  old.join();
  old.hear_event(1, 1, "a", 11);
  old.hear_event(1, 2, "b", 12);
  old.hear_event(1, 3, "a", 13);
  CHECK(old.broken() == promise::order);
}

TEST_CASE("answers that come twice, late, or never are found") {
  one_member twice;
  twice.join();
  twice.hear_reply("1", R"({"epoch":"a","offset":10})");
  CHECK(twice.broken() == promise::answered_once);

  one_member never;
  never.rule.presence.mode = "off";
  never.join();
  never.ask("2", kind::push, 1);
  never.it.check_quiet();
  CHECK(never.broken() == promise::answered);

  one_member late;
  late.join();
  late.ask("2", kind::push, 1);
  late.hear_end("phx_close");
  late.hear_reply("2", R"({"epoch":"a","offset":11})");
  CHECK(late.broken() == promise::within_channel);

  one_member failed;  // its push was done before the room crashed
  failed.join();
  failed.ask("2", kind::push, 1);
  failed.hear_end("phx_error");
  failed.hear_reply("2", R"({"epoch":"a","offset":11})");
  CHECK(failed.broken() == "nothing");

  one_member refused;  // once is right
  refused.join();
  refused.ask("2", kind::push, 1);
  refused.hear_end("phx_error");
  refused.hear_refusal("2");
  CHECK(refused.broken() == "nothing");
}

TEST_CASE("an event before the join's reply or after the close is found") {
  one_member early;
  early.ask("1", kind::join);
  early.hear_event(1, 1, "a", 1);
  CHECK(early.broken() == promise::within_channel);

  one_member late;
  late.join();
  late.ask("2", kind::leave);
  late.hear_reply("2", "{}");
  late.hear_end("phx_close");
  CHECK(late.broken() == "nothing");
  late.hear_event(1, 1, "a", 11);
  CHECK(late.broken() == promise::within_channel);
}

TEST_CASE("pushes that swap, are applied twice, or come before their replies are found") {
  one_member swapped;
  swapped.join();
  swapped.hear_event(1, 2, "a", 11);
  swapped.hear_event(1, 1, "a", 12);
  CHECK(swapped.broken() == promise::push_order);

  one_member before;
  before.join();
  before.ask("2", kind::push, 1);
  before.hear_event(0, 1, "a", 11);
  CHECK(before.broken() == promise::reply_first);

  one_member acks;
  acks.join();
  acks.ask("2", kind::push, 1);
  acks.ask("3", kind::push, 2);
  acks.hear_reply("3", R"({"epoch":"a","offset":11})");
  acks.hear_reply("2", R"({"epoch":"a","offset":12})");
  CHECK(acks.broken() == promise::push_order);
}

TEST_CASE("what is acknowledged and did not happen, or refused and did, is found") {
  one_member lost;
  lost.rule.presence.mode = "off";
  lost.join();
  lost.ask("2", kind::push, 1);
  lost.hear_reply("2", R"({"epoch":"a","offset":11})");
  lost.it.check_quiet();
  CHECK(lost.broken() == promise::true_answer);

  one_member boom;
  boom.join();
  boom.ask("2", kind::boom, 1);
  boom.hear_reply("2", R"({"epoch":"a","offset":11})");
  CHECK(boom.broken() == promise::true_answer);

  one_member refused;
  refused.join();
  refused.ask("2", kind::push, 1);
  refused.hear_refusal("2");
  refused.hear_event(0, 1, "a", 11);
  CHECK(refused.broken() == promise::true_answer);

  one_member other;
  other.join();
  other.hear_event(1, 1, "a", 11);
  other.truth.seen({"a", 11}, "something else", {1, 1});
  CHECK(other.broken() == promise::one_order);
}

TEST_CASE("a resume that skips, claims too much, or gives up too early is found") {
  one_member me;
  me.join();
  me.hear_event(1, 1, "a", 11);
  const auto from = *me.it.where();
  me.it.link_lost();
  me.resume(from, R"({"epoch":"a","offset":13,"recovered":true,"missed":2})");
  me.hear_event(1, 2, "a", 12);
  CHECK(me.broken() == "nothing");
  CHECK(me.it.resumes_recovered() == 1);
  me.hear_event(1, 4, "a", 14);
  CHECK(me.broken() == promise::no_gap);

  one_member short_of_one;
  short_of_one.resume({"a", 11}, R"({"epoch":"a","offset":13,"recovered":true,"missed":1})");
  CHECK(short_of_one.broken() == promise::resume);

  one_member too_much;
  too_much.resume({"z", 99}, R"({"epoch":"a","offset":13,"recovered":false,"missed":1})");
  CHECK(too_much.broken() == promise::resume);

  one_member gives_up;
  gives_up.join();
  gives_up.it.link_lost();
  gives_up.resume({"a", 10}, R"({"epoch":"a","offset":12,"recovered":false,"missed":0})");
  CHECK(gives_up.broken() == promise::resume);

  one_member long_ago;  // then it may
  long_ago.join();
  long_ago.it.link_lost();
  long_ago.time.advance(std::chrono::minutes(10));
  long_ago.resume({"a", 10}, R"({"epoch":"b","offset":12,"recovered":false,"missed":0})");
  CHECK(long_ago.broken() == "nothing");
}

TEST_CASE("without echo a member's own events are no gap, and must not come") {
  one_member me(false);
  me.rule.presence.mode = "off";
  me.join();
  me.ask("2", kind::push, 1);
  me.hear_reply("2", R"({"epoch":"a","offset":11})");
  me.hear_event(1, 1, "a", 12);
  me.it.check_quiet();
  CHECK(me.broken() == "nothing");
  me.ask("3", kind::push, 2);
  me.hear_reply("3", R"({"epoch":"a","offset":13})");
  me.hear_event(0, 2, "a", 13);
  CHECK(me.broken() == promise::no_gap);
}

TEST_CASE("a second join takes the place of the first, whose close may come after its reply") {
  one_member me;
  me.join("1", 10);
  me.ask("2", kind::join);
  me.hear_event(1, 1, "a", 11);
  me.joined_as = "2";
  me.hear_reply("2", R"({"epoch":"a","offset":11})");
  me.joined_as = "1";
  me.hear_end("phx_close");
  me.hear_event(1, 2, "a", 12);
  CHECK(me.broken() == "nothing");
  CHECK(me.it.join_ref() == "2");
}
