#include "tests/fixtures/catch.hpp"
#include "tests/sim/one_member.hpp"

// That the checkers find what they are for: each case breaks one promise, or none.

using namespace roost;
using namespace roost::sim;
using kind = request::kind;

TEST_CASE("ephemeral events that nobody said, or that come twice or late, are found") {
  const auto hear = [](one_member& me, const push_id& who, bool was_said = true) {
    if (was_said) me.truth.says(who);
    me.hear(R"([null,null,"room:0","typing",)" + ephemeral_payload(who).dump() + "]");
  };
  one_member right;
  right.join();
  for (const push_id& who : {push_id{1, 1, 1}, {1, 3, 1}, {2, 1, 1}, {1, 1, 2}}) hear(right, who);
  CHECK(right.broken() == "nothing");

  one_member invented;
  invented.join();
  hear(invented, {1, 1, 1}, false);
  CHECK(invented.broken() == promise::said);

  one_member changed;
  changed.join();
  changed.truth.says({1, 1, 1});
  changed.hear(R"([null,null,"room:0","typing",{"c":1,"e":1,"l":1,"text":"other"}])");
  CHECK(changed.broken() == promise::said);

  for (const std::uint64_t later : {2, 1}) {
    one_member again;
    again.join();
    hear(again, {1, 2, 1});
    hear(again, {1, later, 1});
    CHECK(again.broken() == promise::said);
  }
}

TEST_CASE("receipts that go back, or that nobody marked, are found") {
  const auto hear = [](one_member& me, int at) {
    me.hear(R"(["1",null,"room:0","read_receipt",{"user":"u","epoch":"a","offset":)" +
            std::to_string(at) + "}]");
  };
  one_member me;
  for (const std::uint64_t at : {3, 7}) me.truth.marks({"a", at});
  me.join();
  me.hear(R"(["1",null,"room:0","read_receipts",{"receipts":{"u":{"epoch":"a","offset":3}}}])");
  hear(me, 7);
  CHECK(me.broken() == "nothing");
  CHECK(me.it.receipts().all() == receipts_model::marks{{"u", {"a", 7}}});
  hear(me, 3);
  CHECK(me.broken() == promise::receipts);

  one_member unmarked;
  unmarked.join();
  hear(unmarked, 9);
  CHECK(unmarked.broken() == promise::receipts);
}

TEST_CASE(
    "a push that is said again stands once, in whatever order, and its refusal says nothing") {
  const auto say_again = [](one_member& me, const std::string& reference) {
    me.truth.repeats({0, 1, 0});
    request asked{kind::push};
    asked.number = 1;
    asked.is_repeat = true;
    me.it.asked(reference, asked);
  };
  one_member me;
  me.join();
  me.hear_event(0, 2, "a", 11);
  say_again(me, "2");
  me.hear_event(0, 1, "a", 12);
  me.hear_reply("2", R"({"epoch":"a","offset":12})");
  say_again(me, "3");
  me.hear_refusal("3");
  CHECK(me.broken() == "nothing");
  CHECK(me.it.is_settled(1));

  one_member twice;
  twice.join();
  twice.hear_event(0, 1, "a", 11);
  say_again(twice, "2");
  twice.hear_reply("2", R"({"epoch":"a","offset":12})");
  CHECK(twice.broken() == promise::once);
}
