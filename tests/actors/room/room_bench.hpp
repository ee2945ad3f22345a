// A room by itself, with commands of two edges and a clock that the test moves.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/room/member_name.hpp"
#include "actors/room/room.hpp"
#include "tests/support/catch.hpp"

namespace roost::actors {

/// Notes what it is asked; event "boom" throws, "no" is refused, joins after "close" are too.
class noting_kind final : public room_kind {
 public:
  explicit noting_kind(std::vector<std::string>& notes) : notes_(notes) {
    notes_.push_back("made");
  }
  result<void> joined(connection_id who) override {
    notes_.push_back("joined " + std::to_string(who.value));
    if (is_closed_) return errc::unauthorized;
    return {};
  }
  void left(connection_id who) override { notes_.push_back("left " + std::to_string(who.value)); }
  result<broadcast> pushed(const push& what) override {
    if (what.event == "boom") throw std::runtime_error("boom");
    if (what.event == "no") return errc::rate_limited;
    if (what.event == "close") is_closed_ = true;
    return broadcast{"heard " + std::string(what.event), what.payload};
  }

 private:
  std::vector<std::string>& notes_;
  bool is_closed_ = false;
};

inline room_rule without_presence() {
  room_rule out;
  out.presence.mode = "off";
  return out;
}

struct room_bench {
  using kind = cluster::command::kind;
  using events = std::vector<cluster::event_ptr>;
  static constexpr cluster::edge_id here{node_id{3}, 4};
  static constexpr cluster::edge_id there{node_id{5}, 6};

  explicit room_bench(const room_rule& rule = without_presence(),
                      const planted_faults* faults = nullptr)
      : under(topic{"room:1"}, rule, kinds(), 9, {epoch{1}, "e1"}, faults) {}
  kind_factory kinds() {
    return [this](const room_rule&) { return std::make_unique<noting_kind>(notes); };
  }
  cluster::command command(kind what, std::uint64_t member, cluster::edge_id from = here) {
    cluster::command out;
    out.where = topic{"room:1"};
    out.from = from;
    out.number = ++numbers[from.node.value];
    out.what = what;
    out.member = connection_id{member};
    return out;
  }
  events apply(const cluster::command& what) {
    events out;
    try {
      under.apply(what, now, out);
    } catch (const std::exception&) {
      ++lives;
      under.crashed(what, {epoch{lives}, "e" + std::to_string(lives)}, out);
    }
    return out;
  }
  /// The one answer.
  cluster::event answer(const cluster::command& what) {
    const auto out = apply(what);
    REQUIRE(out.size() == 1);
    CHECK(out[0]->where->name == what.where.name);
    CHECK(out[0]->origin == what.from);
    CHECK(out[0]->number == what.number);
    CHECK(out[0]->member == what.member);
    return *out[0];
  }
  cluster::event join(std::uint64_t member, cluster::edge_id from = here) {
    return answer(command(kind::join, member, from));
  }
  cluster::event leave(std::uint64_t member) { return answer(command(kind::leave, member)); }
  cluster::command pushing(std::uint64_t member, const std::string& name,
                           std::string_view payload = "data") {
    auto out = command(kind::push, member);
    out.event = name;
    out.payload = {slice::of(bytes_ptr::copy(payload)), true};
    return out;
  }
  cluster::event push(std::uint64_t member, const std::string& name,
                      std::string_view payload = "data") {
    return answer(pushing(member, name, payload));
  }
  cluster::event resume(std::uint64_t member, const std::string& epoch_text, std::uint64_t at,
                        std::optional<std::uint32_t> history = {}) {
    auto asked = command(kind::join, member);
    asked.from_place = cluster::place{epoch_text, offset{at}};
    asked.history = history;
    return answer(asked);
  }
  cluster::event join_for_history(std::uint64_t member, std::uint32_t most) {
    auto asked = command(kind::join, member);
    asked.history = most;
    return answer(asked);
  }
  cluster::event fetch(std::uint64_t after, std::uint64_t member = 0) {
    auto asked = command(kind::fetch, member);
    asked.number = 0;
    --numbers[here.node.value];
    asked.from_place = cluster::place{{}, offset{after}};
    return answer(asked);
  }
  events tick(milliseconds time) {
    now += time;
    events out;
    under.tick(now, out);
    return out;
  }

  std::vector<std::string> notes;
  std::map<std::uint64_t, std::uint64_t> numbers;
  time_point now{std::chrono::hours(1)};
  std::uint64_t lives = 1;
  room under;
};

inline void check_refused(const cluster::event& got, errc why) {
  CHECK(got.what == cluster::event::kind::refused);
  CHECK(got.why == why);
}

/// The offsets of an answer's events.
inline std::vector<std::uint64_t> offsets_of(const cluster::event& what) {
  std::vector<std::uint64_t> out;
  for (const auto& each : what.events) out.push_back(each->at.value);
  return out;
}

}  // namespace roost::actors
