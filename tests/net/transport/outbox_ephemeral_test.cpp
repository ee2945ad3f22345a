// SPDX-License-Identifier: Apache-2.0
// Ephemeral frames: conflating, dropping and evicting (net/transport/outbox.cpp).
#include <algorithm>
#include <random>
#include <string>

#include "net/transport/outbox.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::frame_ptr;
using roost::net::make_ephemeral;
using roost::net::outbox;
using roost::net::send_batch;
using push_result = outbox::push_result;

constexpr std::size_t unbounded = std::size_t{1} << 40;
constexpr auto overhead = outbox::frame_overhead;

frame_ptr ordered(std::string_view text) { return frame_ptr::copy(text); }

frame_ptr ephemeral(std::string_view text, std::string_view key = {}) {
  auto out = make_ephemeral(text.size(), key);
  std::copy(text.begin(), text.end(), out->data());
  return out;
}

// The bytes of all queued frames, whatever the limit of one send.
std::string flat(const outbox& from) {
  std::vector<char> scratch(64 * 1024);
  send_batch batch;
  from.gather(batch, scratch);
  std::string out;
  for (std::size_t i = 0; i < batch.count; ++i) {
    out.append(static_cast<const char*>(batch.pieces[i].iov_base), batch.pieces[i].iov_len);
  }
  return out;
}

// A reference model of an outbox: processes frames one by one, without an index.
struct model {
  struct item {
    std::string text;
    std::string key;
    bool is_ephemeral = false;
    std::size_t charge() const { return text.size() + key.size() + overhead; }
  };
  std::vector<item> items;
  std::size_t written = 0;

  std::size_t charged() const {
    std::size_t out = 0;
    for (const auto& each : items) out += each.charge();
    return out;
  }
  std::string left() const {
    std::string out;
    for (const auto& each : items) out += each.text;
    return out.substr(written);
  }
  auto unbegun() { return items.begin() + (written > 0 ? 1 : 0); }

  outbox::push_report push(const item& frame, std::size_t bytes_max) {
    if (frame.is_ephemeral) return {push_ephemeral(frame, bytes_max)};
    std::uint32_t evicted = 0;
    if (charged() + frame.charge() > bytes_max) {
      const auto end = std::remove_if(unbegun(), items.end(),
                                      [](const item& each) { return each.is_ephemeral; });
      evicted = static_cast<std::uint32_t>(items.end() - end);
      items.erase(end, items.end());
    }
    if (charged() + frame.charge() > bytes_max) return {push_result::refused, evicted};
    items.push_back(frame);
    return {push_result::queued, evicted};
  }

  push_result push_ephemeral(const item& frame, std::size_t bytes_max) {
    const auto same = [&](const item& each) { return !frame.key.empty() && each.key == frame.key; };
    const auto older = std::find_if(unbegun(), items.end(), same);
    if (older != items.end()) {
      if (charged() - older->charge() + frame.charge() > bytes_max) return push_result::dropped;
      *older = frame;
      return push_result::conflated;
    }
    const auto room = items.empty() ? bytes_max : bytes_max / 2;
    if (charged() + frame.charge() > room) return push_result::dropped;
    items.push_back(frame);
    return push_result::queued;
  }

  void consume(std::size_t bytes) {
    written += bytes;
    while (!items.empty() && written >= items.front().text.size()) {
      written -= items.front().text.size();
      items.erase(items.begin());
    }
  }
};

struct comparison {
  std::string differs;  ///< the first difference; empty: none
  std::uint32_t evicted = 0;
  int refused = 0;
};

/// Compares outboxes with the model in random rounds.
comparison compare(int rounds) {
  comparison out;
  const auto differs = [&out](const char* field) {
    out.differs = field;
    return out;
  };
  std::mt19937 random(3);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < rounds; ++round) {
    const std::size_t bytes_max = 300 + below(3'000);
    const auto pushes_of_five = 2 + below(3);  // some rounds fill the outbox, some drain it
    const auto ordered_of_four = 1 + below(3);
    const auto taken_max = 20 + below(300);
    outbox box;
    model wanted;
    for (int step = 0; step < 500; ++step) {
      if (below(5) < pushes_of_five) {
        model::item next;
        next.text.assign(1 + below(60), static_cast<char>('a' + below(26)));
        next.is_ephemeral = below(4) >= ordered_of_four;
        if (next.is_ephemeral && below(4) > 0) next.key = std::to_string(below(40));
        const auto frame = next.is_ephemeral ? ephemeral(next.text, next.key) : ordered(next.text);
        const auto done = box.push(frame, bytes_max);
        const auto expected = wanted.push(next, bytes_max);
        if (done.result != expected.result) return differs("fate");
        if (done.evicted != expected.evicted) return differs("evicted");
        out.evicted += done.evicted;
        out.refused += done.result == push_result::refused ? 1 : 0;
      } else if (!box.empty()) {
        const auto taken = below(std::min(flat(box).size(), taken_max) + 1);
        box.consume(taken);
        wanted.consume(taken);
      }
      if (flat(box) != wanted.left()) return differs("held");
      if (box.charged_bytes() != wanted.charged()) return differs("charged");
    }
  }
  return out;
}

}  // namespace

TEST_CASE("an outbox object takes at most 40 bytes of memory") {
  STATIC_REQUIRE(sizeof(outbox) <= 40);
}

TEST_CASE("a newer frame replaces the unsent frame with the same key") {
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

TEST_CASE("ephemeral frames without a key are all sent") {
  outbox box;
  for (int i = 0; i < 3; ++i) {
    CHECK(box.push(ephemeral("e"), unbounded).result == push_result::queued);
  }
  CHECK(flat(box) == "eee");
}

TEST_CASE("a frame that is partly or fully written is not replaced") {
  outbox box;
  box.push(ephemeral("first", "k"), unbounded);
  box.consume(2);
  CHECK(box.push(ephemeral("second", "k"), unbounded).result == push_result::queued);
  CHECK(box.push(ephemeral("third", "k"), unbounded).result == push_result::conflated);
  CHECK(flat(box) == "rstthird");
  box.consume(3);
  CHECK(box.push(ephemeral("fourth", "k"), unbounded).result == push_result::conflated);
  CHECK(flat(box) == "fourth");
  box.consume(6);
  CHECK(box.empty());
  CHECK(box.push(ephemeral("fifth", "k"), unbounded).result == push_result::queued);
  CHECK(flat(box) == "fifth");
}

TEST_CASE("ephemeral frames are queued up to half of the bound") {
  const auto charge = 4 + overhead;
  outbox box;
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::queued);
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::queued);
  CHECK(box.push(ephemeral("1234"), 4 * charge).result == push_result::dropped);
  CHECK(box.charged_bytes() == 2 * charge);
  CHECK(box.push(ordered("abcd"), 4 * charge).result == push_result::queued);
  CHECK(flat(box) == "12341234abcd");
}

TEST_CASE("an ephemeral frame over half of the bound is queued only in an empty outbox") {
  outbox box;
  const auto big = ephemeral(std::string(60, 'x'));
  CHECK(box.push(big, 100).result == push_result::queued);
  CHECK(box.push(big, 200).result == push_result::dropped);
  box.clear();
  CHECK(box.push(big, 75).result ==
        push_result::queued);  // above the bound, but alone in the queue
  CHECK(box.push(big, 75).result == push_result::dropped);
}

TEST_CASE("a frame alone in the outbox may be conflated to one above the bound") {
  outbox box;
  box.push(ephemeral("old", "k"), 50);
  CHECK(box.push(ephemeral(std::string(60, 'x'), "k"), 50).result == push_result::conflated);
  box.clear();
  box.push(ordered("o"), 80);
  box.push(ephemeral("old", "k"), 80);
  CHECK(box.push(ephemeral(std::string(60, 'x'), "k"), 80).result == push_result::dropped);
}

TEST_CASE("an eviction without ephemeral frames scans no frame even behind a partly written one") {
  outbox box;
  box.push(ephemeral("begun"), 1'000);
  box.consume(2);
  box.push(ordered("o1"), 1'000);
  CHECK(box.push(ordered(std::string(2'000, 'x')), 1'000).result == push_result::refused);
  CHECK(box.frames_looked_at() == 0);
  box.push(ephemeral("e1"), 1'000);
  const auto done = box.push(ordered(std::string(930, 'x')), 1'000);
  CHECK(done.result == push_result::queued);
  CHECK(done.evicted == 1);
  CHECK(box.frames_looked_at() == 2);
  CHECK(flat(box) == "guno1" + std::string(930, 'x'));
}

TEST_CASE("a frame is conflated even if the outbox is over half of the bound") {
  outbox box;
  box.push(ephemeral("old", "k"), 200);
  box.push(ordered(std::string(100, 'x')), 200);
  CHECK(box.push(ephemeral("new!", "k"), 200).result == push_result::conflated);
  CHECK(box.push(ephemeral(std::string(200, 'y'), "k"), 200).result == push_result::dropped);
  CHECK(flat(box) == "new!" + std::string(100, 'x'));
}

TEST_CASE("ephemeral frames are evicted for an ordered frame") {
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

TEST_CASE("a partly written ephemeral frame is not evicted") {
  outbox box;
  box.push(ephemeral("first"), 100);
  box.consume(2);
  box.push(ephemeral("second"), 100);
  CHECK(box.push(ordered(std::string(50, 'x')), 100).evicted == 1);
  CHECK(flat(box) == "rst" + std::string(50, 'x'));
}

TEST_CASE("an ordered frame is refused if evicting ephemeral frames does not free enough") {
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
  box.consume(keys / 2 * 4);
  for (int i = 0; i < keys; ++i) {
    const auto wanted = i < keys / 2 ? push_result::queued : push_result::conflated;
    REQUIRE(box.push(ephemeral("new.", key(i)), unbounded).result == wanted);
  }
  std::string out;
  while (!box.empty()) {
    const auto part = flat(box);
    out += part;
    box.consume(part.size());
  }
  std::string expected;
  for (int i = 0; i < keys; ++i) expected += "new.";
  CHECK(out == expected);
  CHECK(box.charged_bytes() == 0);
}

TEST_CASE("an outbox behaves like a model for random pushes and sends") {
  const auto got = compare(60);
  CHECK(got.differs.empty());
  CHECK(got.evicted > 30);  // ensures that the rounds exercised enough
  CHECK(got.refused > 300);
}

TEST_CASE("the comparison with the model finds an injected fault in the charged bytes") {
  roost::net::keep_charge_of_evicted = true;
  const auto found = compare(60).differs;
  roost::net::keep_charge_of_evicted = false;
  CHECK((found == "charged" || found == "fate"));  // a frame that should fit is refused
}
