// SPDX-License-Identifier: Apache-2.0
// Ephemeral messages: conflating, dropping and evicting (net/transport/outbox.cpp).
#include <string>

#include "net/transport/outbox.hpp"
#include "outbox_messages.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::outbox;
using push_result = outbox::push_result;
using namespace roost::tests;

constexpr std::size_t unbounded = std::size_t{1} << 40;
constexpr auto overhead = outbox::message_overhead;

}  // namespace

TEST_CASE("an outbox object takes at most 40 bytes of memory") {
  STATIC_REQUIRE(sizeof(outbox) <= 40);
}

TEST_CASE("a newer message replaces the unsent message with the same key") {
  outbox box;
  box.push(ephemeral("a1 ", "a"), unbounded);
  box.push(ordered("x "), unbounded);
  box.push(ephemeral("b1 ", "b"), unbounded);
  box.push(ordered("y "), unbounded);
  CHECK(box.push(ephemeral("b22 ", "b"), unbounded).result == push_result::conflated);
  CHECK(box.push(ephemeral("a22 ", "a"), unbounded).result == push_result::conflated);
  CHECK(flat(box) == "a22 x b22 y ");
  CHECK(box.charged_bytes() == 12 + 2 + 4 * overhead);
}

TEST_CASE("ephemeral messages without a key are all sent") {
  outbox box;
  for (int i = 0; i < 3; ++i) {
    CHECK(box.push(ephemeral("e"), unbounded).result == push_result::queued);
  }
  CHECK(flat(box) == "eee");
}

TEST_CASE("a message that is partly or fully written is not replaced") {
  outbox box;
  box.push(ephemeral("first", "k"), unbounded);
  box.consume(2, no_header);
  CHECK(box.push(ephemeral("second", "k"), unbounded).result == push_result::queued);
  CHECK(box.push(ephemeral("third", "k"), unbounded).result == push_result::conflated);
  CHECK(flat(box) == "rstthird");
  box.consume(3, no_header);
  CHECK(box.push(ephemeral("fourth", "k"), unbounded).result == push_result::conflated);
  CHECK(flat(box) == "fourth");
  box.consume(6, no_header);
  CHECK(box.empty());
  CHECK(box.push(ephemeral("fifth", "k"), unbounded).result == push_result::queued);
  CHECK(flat(box) == "fifth");
}

TEST_CASE("ephemeral messages are queued up to half of the bound") {
  const auto charge = 4 + overhead;
  outbox box;
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::queued);
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::queued);
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::dropped);
  CHECK(box.charged_bytes() == 2 * charge);
  CHECK(box.push(ordered("abcd"), 4 * charge).result == push_result::queued);
  CHECK(flat(box) == "12341234abcd");
}

TEST_CASE("an ephemeral message over half of the bound is queued only in an empty outbox") {
  outbox box;
  const auto big = ephemeral(std::string(60, 'x'));
  CHECK(box.push(big, 100).result == push_result::queued);
  CHECK(box.push(big, 200).result == push_result::dropped);
  box.clear();
  CHECK(box.push(big, 75).result ==
        push_result::queued);  // above the bound, but alone in the queue
  CHECK(box.push(big, 75).result == push_result::dropped);
}

TEST_CASE("a message alone in the outbox may be conflated to one above the bound") {
  outbox box;
  box.push(ephemeral("old", "k"), 50);
  CHECK(box.push(ephemeral(std::string(60, 'x'), "k"), 50).result == push_result::conflated);
  box.clear();
  box.push(ordered("o"), 80);
  box.push(ephemeral("old", "k"), 80);
  CHECK(box.push(ephemeral(std::string(60, 'x'), "k"), 80).result == push_result::dropped);
}

TEST_CASE(
    "an eviction without ephemeral messages scans no message even behind a partly written one") {
  outbox box;
  box.push(ephemeral("begun"), 1'000);
  box.consume(2, no_header);
  box.push(ordered("o1"), 1'000);
  CHECK(box.push(ordered(std::string(2'000, 'x')), 1'000).result == push_result::refused);
  CHECK(box.messages_scanned() == 0);
  box.push(ephemeral("e1"), 1'000);
  const auto done = box.push(ordered(std::string(930, 'x')), 1'000);
  CHECK(done.result == push_result::queued);
  CHECK(done.evicted == 1);
  CHECK(box.messages_scanned() == 2);
  CHECK(flat(box) == "guno1" + std::string(930, 'x'));
}

TEST_CASE("a message is conflated even if the outbox is over half of the bound") {
  outbox box;
  box.push(ephemeral("old", "k"), 200);
  box.push(ordered(std::string(100, 'x')), 200);
  CHECK(box.push(ephemeral("new!", "k"), 200).result == push_result::conflated);
  CHECK(box.push(ephemeral(std::string(200, 'y'), "k"), 200).result == push_result::dropped);
  CHECK(flat(box) == "new!" + std::string(100, 'x'));
}

TEST_CASE("ephemeral messages are evicted for an ordered message") {
  outbox box;
  box.push(ephemeral("e1"), 150);
  box.push(ordered("o1"), 150);
  box.push(ephemeral("e2", "k"), 150);
  box.push(ordered("o2"), 150);
  const auto done = box.push(ordered(std::string(70, 'x')), 150);
  CHECK(done.result == push_result::queued);
  CHECK(done.evicted == 2);
  CHECK(flat(box) == "o1o2" + std::string(70, 'x'));
  CHECK(box.charged_bytes() == 74 + 3 * overhead);
}

TEST_CASE("a partly written ephemeral message is not evicted") {
  outbox box;
  box.push(ephemeral("first"), 100);
  box.consume(2, no_header);
  box.push(ephemeral("second"), 100);
  CHECK(box.push(ordered(std::string(50, 'x')), 100).evicted == 1);
  CHECK(flat(box) == "rst" + std::string(50, 'x'));
}

TEST_CASE("an ordered message is refused if evicting ephemeral messages does not free enough") {
  outbox box;
  box.push(ordered("o"), 100);
  box.push(ephemeral("e"), 100);
  const auto done = box.push(ordered(std::string(100, 'x')), 100);
  CHECK(done.result == push_result::refused);
  CHECK(done.evicted == 1);
  CHECK(flat(box) == "o");
}

TEST_CASE("thousands of keys conflate separately even after half of them are sent") {
  constexpr int keys = 5'000;
  outbox box;
  const auto key = [](int i) { return "room:a\0cursor\0" + std::to_string(i); };
  for (int i = 0; i < keys; ++i) box.push(ephemeral("old.", key(i)), unbounded);
  box.consume(keys / 2 * 4, no_header);
  for (int i = 0; i < keys; ++i) {
    const auto wanted = i < keys / 2 ? push_result::queued : push_result::conflated;
    REQUIRE(box.push(ephemeral("new.", key(i)), unbounded).result == wanted);
  }
  std::string out;
  while (!box.empty()) {
    const auto part = flat(box);
    out += part;
    box.consume(part.size(), no_header);
  }
  std::string expected;
  for (int i = 0; i < keys; ++i) expected += "new.";
  CHECK(out == expected);
  CHECK(box.charged_bytes() == 0);
}
