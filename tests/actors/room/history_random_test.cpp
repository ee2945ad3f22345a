// SPDX-License-Identifier: Apache-2.0
// Compares history with a simple model that stores every event and applies each limit literally.
#include <algorithm>
#include <random>

#include "actors/room/history.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

struct naive_history {
  struct one {
    std::uint64_t at;
    std::size_t size;
    time_point since;
  };
  explicit naive_history(room_rule::history_settings with) : limits(with) {}

  void keep(time_point now) {
    const auto fits = [&](std::size_t from) {
      std::size_t total = 0;
      for (auto i = from; i < held.size(); ++i) {
        total += held[i].size;
        if (now - held[i].since >= milliseconds{limits.age_ms_max}) return false;
      }
      return held.size() - from <= limits.events_max && total <= limits.bytes_max;
    };
    std::size_t from = 0;
    while (from < held.size() && !fits(from)) ++from;
    held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(from));
  }
  bool recovers(std::size_t in, std::uint64_t at) const {
    if (at + 1 < firsts[in]) return false;
    if (in + 1 < firsts.size() ? at >= firsts[in + 1] : at > head) return false;
    const auto is_next = [&](const one& e) { return e.at == at + 1; };
    return at == head || std::ranges::any_of(held, is_next);
  }

  room_rule::history_settings limits;
  std::vector<one> held;
  std::vector<std::uint64_t> firsts;  // the first offset of each epoch so far
  std::uint64_t head = 0;
};

std::string name_of(std::size_t in) { return "epoch" + std::to_string(in); }

void check_missed(const history& real, std::uint64_t since) {
  const auto missed = real.after(offset{since}, 1'000'000);
  REQUIRE(missed.size() == real.head().value - since);
  std::uint64_t at = since;
  for (const auto& each : missed) {
    if (each->at.value != ++at) FAIL("offset " << each->at.value << " instead of " << at);
  }
}

void compare(const history& real, const naive_history& model) {
  REQUIRE(real.head().value == model.head);
  REQUIRE(real.size() == model.held.size());
  for (std::size_t in = 0; in < model.firsts.size(); ++in) {
    const auto lowest = model.head > 30 ? model.head - 30 : 0;
    for (auto at = lowest; at <= model.head + 2; ++at) {
      const bool is_recovered = real.recovers({name_of(in), offset{at}});
      if (is_recovered != model.recovers(in, at)) FAIL("epoch " << in << ", offset " << at);
      if (is_recovered) check_missed(real, at);
    }
  }
}

}  // namespace

TEST_CASE("after random appends a history recovers exactly the positions that its limits allow") {
  const auto seed = GENERATE(range(1U, 41U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto pick = [&random](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const room_rule::history_settings limits{pick(12), 50 + pick(100), 600 + pick(4'000)};
  history real{limits};
  naive_history model{limits};
  time_point now{};
  for (int step = 0; step < 150; ++step) {
    now += milliseconds{pick(15)};
    const auto choice = step == 0 ? 0 : pick(10);
    if (choice == 0) {
      real.begin_epoch(epoch{model.firsts.size() + 1}, name_of(model.firsts.size()));
      model.firsts.push_back(model.head + 1);
    } else if (choice == 1) {
      real.trim(now);
    } else {
      cluster::events::ordered body;
      body.name = std::string(pick(80), 'n');
      body.payload.data = slice::of(bytes_ptr::copy(std::string(pick(80), 'p')));
      cluster::event made{{}, {}, {}, offset{++model.head}, std::move(body)};
      model.held.push_back({model.head, history::bytes_of(made), now});
      real.append(cluster::share(std::move(made)), now);
    }
    // begin_epoch() does not expire events by age.
    if (choice != 0 || step == 0) model.keep(now);
    if (choice == 0) model.keep(model.held.empty() ? now : model.held.back().since);
    compare(real, model);
  }
}
