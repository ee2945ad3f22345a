// SPDX-License-Identifier: Apache-2.0
#include "net/transport/outbox.hpp"

#include <algorithm>
#include <random>
#include <string>

#include "outbox_messages.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::encoded_kind;
using roost::net::encoded_ptr;
using roost::net::outbox;
using roost::net::send_batch;
using namespace roost::tests;

constexpr std::size_t unbounded = std::size_t{1} << 40;

std::string gathered(const outbox& from, std::size_t* pieces = nullptr) {
  std::vector<char> scratch(64 * 1024);
  send_batch batch;
  from.gather(batch, scratch, no_header);
  if (pieces) *pieces = batch.count;
  CHECK(flat(batch).size() == batch.bytes);
  return flat(batch);
}

bool takes(outbox& box, const encoded_ptr& message, std::size_t bytes_max) {
  const auto done = box.push(message, bytes_max);
  CHECK(done.evicted == 0);
  return done.result == outbox::push_result::queued;
}

encoded_ptr message(std::string_view text) { return ordered(text); }
encoded_ptr pong(std::string_view text) {
  return encoded_ptr::copy(encoded_kind::pong, "\x8A" + std::string(text));
}

}  // namespace

TEST_CASE("a small message leaves in one piece and a large one is not copied") {
  std::vector<char> scratch(64);
  for (const auto& one : {message("hello"), message(std::string(10'000, 'x'))}) {
    outbox box;
    REQUIRE(takes(box, one, unbounded));
    send_batch batch;
    box.gather(batch, scratch, hashes);
    CHECK(flat(batch) == hashes_for(one->view()) + std::string(one->view()));
    REQUIRE(batch.count == (one->size() == 5 ? 1 : 2));
    if (batch.count == 2) CHECK(batch.pieces[1].iov_base == one->data());
  }
}

TEST_CASE("headers are never written into the bytes that outboxes share") {
  for (const std::size_t size : {5, 10'000}) {
    const std::string text(size, 'x');
    const auto shared = message(text);
    outbox one;
    outbox other;
    for (auto* box : {&one, &other}) {
      for (int i = 0; i < 3; ++i) box->push(shared, unbounded);
    }
    const auto framed = hashes_for(text) + text;
    CHECK(flat(one, hashes) == framed + framed + framed);
    CHECK(flat(other, no_header) == text + text + text);
    CHECK(shared->view() == text);
  }
}

TEST_CASE("a send that ends within a header continues there and begins its message") {
  for (const std::size_t size : {7, 10'003}) {  // headers of four bytes
    const std::string text(size, 'x');
    for (std::size_t cut = 1; cut < 6; ++cut) {
      outbox box;
      box.push(ephemeral(text, "key"), unbounded);
      box.push(message("next"), unbounded);
      box.consume(cut, hashes);
      CHECK(box.push(ephemeral("new", "key"), unbounded).result == outbox::push_result::queued);
      CHECK(flat(box, hashes) == ("####" + text + "#next" + "####new").substr(cut));
      box.drop_unbegun();
      CHECK(flat(box, hashes) == ("####" + text).substr(cut));
      box.consume(4 + size - cut, hashes);
      CHECK(box.empty());
    }
  }
}

TEST_CASE("small messages are merged into one piece in order") {
  outbox box;
  for (const auto* text : {"one ", "two ", "three"}) REQUIRE(takes(box, message(text), unbounded));
  std::size_t pieces = 0;
  CHECK(gathered(box, &pieces) == "one two three");
  CHECK(pieces == 1);
}

TEST_CASE("a big message between small ones is sent without a copy") {
  outbox box;
  const auto big = message(std::string(100'000, 'x'));
  box.push(message("a"), unbounded);
  box.push(big, unbounded);
  box.push(message("b"), unbounded);
  std::vector<char> scratch(64 * 1024);
  send_batch batch;
  box.gather(batch, scratch, no_header);
  CHECK(flat(batch) == "a" + std::string(100'000, 'x') + "b");
  REQUIRE(batch.count == 3);
  CHECK(batch.pieces[1].iov_base == big->data());
}

TEST_CASE("one send takes at most 256 KiB") {
  outbox box;
  box.push(message(std::string(300'000, 'x')), unbounded);
  CHECK(gathered(box).size() == send_batch::bytes_max);
  box.push(message("behind"), unbounded);
  CHECK(gathered(box).size() == send_batch::bytes_max);
}

TEST_CASE("bytes leave in order and are uncharged whatever part of them the kernel accepts") {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    outbox box;
    std::string in;
    std::string out;
    for (int step = 0; step < 400; ++step) {
      if (random() % 3 != 0) {
        const std::size_t size = random() % 20 == 0 ? 20'000 : 2 + random() % 200;
        const std::string text(size, static_cast<char>('a' + random() % 26));
        REQUIRE(takes(box, message(text), unbounded));
        in += text;
      } else {
        const auto batch = gathered(box);
        const auto taken = batch.empty() ? 0 : random() % (batch.size() + 1);
        out += batch.substr(0, taken);
        box.consume(taken, no_header);
      }
    }
    while (!box.empty()) {
      const auto batch = gathered(box);
      REQUIRE_FALSE(batch.empty());
      out += batch;
      box.consume(batch.size(), no_header);
    }
    REQUIRE(out == in);
    REQUIRE(box.charged_bytes() == 0);
  }
}

TEST_CASE("each message is charged its size plus 16 bytes") {
  outbox box;
  CHECK(takes(box, message("1234"), 40));
  CHECK(takes(box, message("1234"), 40));
  CHECK(box.charged_bytes() == 40);
  CHECK_FALSE(takes(box, message("1"), 40));
  CHECK(gathered(box) == "12341234");
}

TEST_CASE("dropping the unbegun messages keeps a partly written one") {
  outbox box;
  for (const auto* text : {"first", "second", "third"}) box.push(message(text), unbounded);
  box.consume(2, no_header);
  box.drop_unbegun();
  box.push_last(message("close"));
  CHECK(gathered(box) == "rstclose");

  outbox fresh;
  for (const auto* text : {"first", "second"}) fresh.push(message(text), unbounded);
  fresh.drop_unbegun();
  CHECK(fresh.empty());
  CHECK(fresh.charged_bytes() == 0);
}

TEST_CASE("over the bound of queued pongs a newer pong replaces the last one") {
  outbox box;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const auto text = std::to_string(1000 + i);
    box.push_pong(pong(text), unbounded);
    if (i < outbox::pongs_max - 1 || i == 99) expected += "\x8A" + text;
    if (i == 5) {
      box.push(message("data"), unbounded);
      expected += "data";
    }
  }
  CHECK(gathered(box) == expected);
}

TEST_CASE("the last queued pong keeps its place if messages before it are sent or evicted") {
  outbox box;
  std::string expected;
  for (int i = 0; i < outbox::pongs_max; ++i) {
    box.push_pong(pong("p"), unbounded);
    box.push(ephemeral("typing"), unbounded);
    expected += "\x8Ap";
  }
  // An ordered message that needs room evicts all ephemeral messages.
  CHECK(box.push(message("data"), box.charged_bytes()).evicted == outbox::pongs_max);
  box.push_pong(pong("q"), unbounded);
  expected.back() = 'q';
  CHECK(gathered(box) == expected + "data");
  box.consume(2 * 10, no_header);
  for (int i = 0; i < 10; ++i) box.push_pong(pong("r"), unbounded);
  box.push_pong(pong("s"), unbounded);
  std::string rest = expected.substr(20) + "data";
  for (int i = 0; i < 9; ++i) rest += "\x8Ar";
  CHECK(gathered(box) == rest + "\x8As");
}

TEST_CASE("queuing a pong does not scan the queued messages") {
  outbox box;
  for (int i = 0; i < outbox::pongs_max; ++i) box.push_pong(pong("p"), unbounded);
  for (int i = 0; i < 11'000; ++i) box.push(message("{\"heartbeat\":1}"), unbounded);
  for (int i = 0; i < 30'000; ++i) box.push_pong(pong("q"), unbounded);
  const auto bound = box.charged_bytes();
  box.consume(2, no_header);
  for (int i = 0; i < 30'000; ++i) box.push_pong(pong("q"), bound / 2);  // no room: dropped
  CHECK(box.messages_scanned() == 0);
}

TEST_CASE("an empty outbox accepts one message of any size") {
  outbox box;
  CHECK(takes(box, message(std::string(1'000, 'x')), 100));
  CHECK(box.push(message("y"), 100).result == outbox::push_result::refused);
  box.consume(1'000, no_header);
  CHECK(takes(box, message("y"), 100));
}

TEST_CASE("a pong without room is dropped") {
  outbox box;
  box.push(message("1234"), 20);
  box.push_pong(pong("x"), 20);
  CHECK(gathered(box) == "1234");
  CHECK(box.messages_scanned() == 0);
}
