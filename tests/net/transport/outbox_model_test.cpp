// SPDX-License-Identifier: Apache-2.0
// Outboxes beside a simple model, in random rounds (net/transport/outbox.cpp).
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "net/transport/outbox.hpp"
#include "outbox_messages.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::outbox;
using push_result = outbox::push_result;
using namespace roost::tests;

constexpr auto overhead = outbox::message_overhead;

// A reference model of an outbox: processes messages one by one, without an index.
struct model {
  struct item {
    std::string text;
    std::string key;
    bool is_ephemeral = false;
    std::string framed() const { return hashes_for(text) + text; }
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
    for (const auto& each : items) out += each.framed();
    return out.substr(written);
  }
  auto unbegun() { return items.begin() + (written > 0 ? 1 : 0); }

  outbox::push_report push(const item& message, std::size_t bytes_max) {
    if (message.is_ephemeral) return {push_ephemeral(message, bytes_max)};
    std::uint32_t evicted = 0;
    if (charged() + message.charge() > bytes_max) {
      const auto end = std::remove_if(unbegun(), items.end(),
                                      [](const item& each) { return each.is_ephemeral; });
      evicted = static_cast<std::uint32_t>(items.end() - end);
      items.erase(end, items.end());
    }
    if (charged() + message.charge() > bytes_max) return {push_result::refused, evicted};
    items.push_back(message);
    return {push_result::queued, evicted};
  }

  push_result push_ephemeral(const item& message, std::size_t bytes_max) {
    const auto same = [&](const item& each) {
      return !message.key.empty() && each.key == message.key;
    };
    const auto older = std::find_if(unbegun(), items.end(), same);
    if (older != items.end()) {
      if (charged() - older->charge() + message.charge() > bytes_max) return push_result::dropped;
      *older = message;
      return push_result::conflated;
    }
    const auto room = items.empty() ? bytes_max : bytes_max / 2;
    if (charged() + message.charge() > room) return push_result::dropped;
    items.push_back(message);
    return push_result::queued;
  }

  void consume(std::size_t bytes) {
    written += bytes;
    while (!items.empty() && written >= items.front().framed().size()) {
      written -= items.front().framed().size();
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
        const auto message =
            next.is_ephemeral ? ephemeral(next.text, next.key) : ordered(next.text);
        const auto done = box.push(message, bytes_max);
        const auto expected = wanted.push(next, bytes_max);
        if (done.result != expected.result) return differs("result");
        if (done.evicted != expected.evicted) return differs("evicted");
        out.evicted += done.evicted;
        out.refused += done.result == push_result::refused ? 1 : 0;
      } else if (!box.empty()) {
        const auto taken = below(std::min(flat(box, hashes).size(), taken_max) + 1);
        box.consume(taken, hashes);
        wanted.consume(taken);
      }
      if (flat(box, hashes) != wanted.left()) return differs("held");
      if (box.charged_bytes() != wanted.charged()) return differs("charged");
    }
  }
  return out;
}

}  // namespace

TEST_CASE("an outbox behaves like a model for random pushes and sends") {
  const auto got = compare(100);
  CHECK(got.differs.empty());
  CHECK(got.evicted > 30);  // ensures that the rounds exercised enough
  CHECK(got.refused > 300);
}

TEST_CASE("the comparison with the model finds an injected fault in the charged bytes") {
  roost::net::keep_charge_of_evicted = true;
  const auto found = compare(100).differs;
  roost::net::keep_charge_of_evicted = false;
  CHECK((found == "charged" || found == "result"));  // a message that should fit is refused
}
