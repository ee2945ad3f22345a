// An edge with a member that catches up: the test is its fan-out, too.
#pragma once

#include <cstdint>
#include <string>

#include "tests/actors/room/edge_bench.hpp"

namespace roost::actors {

/// An edge whose member 2 catches up. Owns: as its base. Ends: with the test.
struct catch_up_bench : edge_bench {
  static constexpr std::size_t large = 30'000;  // two fill a page, none comes with a reply
  using edge_bench::edge_bench;
  /// Member 2 joins at `head` and missed what is after `since`; the answer holds `given` events.
  void resume(std::uint64_t since, std::uint64_t head, std::uint64_t given,
              std::size_t bytes = large) {
    auto joined = answer(told::joined, join(2, "9"), 2, head);
    joined.recovered = true;
    joined.missed = static_cast<std::uint32_t>(head - since);
    for (std::uint64_t i = 1; i <= given; ++i) {
      joined.events.push_back(cluster::share(ordered(since + i, 0, 0, bytes)));
    }
    out.clear();
    tell(joined);
  }
  /// Member 3 waits for a page of the owner's: until that comes the ring holds what happens.
  void hold_ring() {
    auto joined = answer(told::joined, join(3, "8"), 3, 0);
    joined.side_to = cluster::side_state_cursor{};
    tell(joined);
    const auto from = given().to;
    under.give_page({under.self().incarnation, connection_id{3}, serials[3], from, 262'144}, out);
    out.clear();
  }
  void give(std::uint64_t first, std::uint64_t last) {
    for (auto at = first; at <= last; ++at) tell(ordered(at, 0, 0, large));
  }
  cluster::event page(std::uint64_t after, std::uint64_t last, std::uint64_t head) {
    auto what = answer(told::page, 0, 2, head);
    what.after = offset{after};
    for (auto at = after + 1; at <= last; ++at) {
      what.events.push_back(cluster::share(ordered(at, 0, 0, large)));
    }
    return what;
  }
  /// A page of the side state, from one place to another.
  cluster::event side_page(cluster::side_state_cursor from, cluster::side_state_cursor to,
                           const std::string& name) {
    auto what = answer(told::page, 0, 2, 0);
    what.side_from = from;
    what.side_to = to;
    what.told.emplace_back(name, cluster::body{slice::of(bytes_ptr::copy("{}")), false});
    return what;
  }
  const catch_up_page& given() const {
    REQUIRE_FALSE(out.directs.empty());
    REQUIRE(out.directs.back().page);
    return *out.directs.back().page;
  }
  /// The fan-out has room for the next page of what was given last.
  void ask() { ask(given().to); }
  void ask(const catch_up_place& from) {
    out.clear();
    under.give_page({under.self().incarnation, connection_id{2}, serials[2], from, 262'144}, out);
  }
};

}  // namespace roost::actors
