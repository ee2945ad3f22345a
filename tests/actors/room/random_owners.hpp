// SPDX-License-Identifier: Apache-2.0
// Random commands to a room that changes its owner; each new owner is compared with the one before.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/actors/room/stored_room.hpp"

namespace roost::actors {

/// A part of the stored state that a faulty store or owner loses.
using loss = std::function<void(stored_room&, new_epoch&)>;

/// An edge: its unanswered commands, and its acknowledgement.
struct sender {
  cluster::edge_id id;
  bool is_lossy = false;
  std::uint64_t next = 1;
  std::deque<cluster::command> unanswered = {};
  std::uint64_t answered() const { return next - 1 - unanswered.size(); }
};

/// An answer as text, without the epoch of the room that gave it. `with_place`: also what a join
/// gives; else only that it is answered, because a later owner may know less about it.
inline std::string text_of(const cluster::event& event, bool is_join, bool with_place) {
  auto out = std::to_string(command_of(event).number) + " ";
  if (is_join && !with_place) return out;
  if (const auto* of = std::get_if<events::ordered>(&event.body)) {
    return out + (of->is_answer ? "pushed " : "event ") + std::to_string(event.at.value);
  }
  if (const auto* of = std::get_if<events::repeated>(&event.body)) {
    return out + "pushed " + std::to_string(of->at.at.value);
  }
  if (const auto* of = std::get_if<events::refused>(&event.body)) {
    return out + "refused " + std::to_string(static_cast<int>(of->why));
  }
  if (const auto* of = std::get_if<events::joined>(&event.body)) {
    out += "joined";
    out += of->recovered ? (*of->recovered ? " recovered" : " lost") : "";
    for (const auto& each : of->events) {
      out += " " + std::to_string(each->at.value) + "=" +
             std::string(cluster::ordered_of(*each).payload.data.view());
    }
    for (const auto& [name, page] : of->side_state->entries) out += std::string(page.data.view());
    return out;
  }
  return out + "kind " + std::to_string(event.body.index());
}

class random_owners {
 public:
  random_owners(unsigned seed, loss lost) : random_(seed), lost_(std::move(lost)) {
    rule_ = without_presence();
    rule_.history.events_max = 3 + pick(20);
    rule_.receipts.window_ms = 100;
    store_.of_shard.push_back({1, "o1"});
    room_ = store_.load(rule_, handlers(), {epoch{1}, "o1"}, now_);
    positions_.push_back({"o1", offset{0}});
  }
  /// The first difference between an owner and the next one, if any.
  std::optional<std::string> play() {
    for (int i = 0; i < 12 && !broken_; ++i) {
      for (auto steps = pick(40); steps > 0; --steps) step();
      if (pick(3) == 0) store_.checkpoint(*room_, now_);
      for (auto steps = pick(20); steps > 0; --steps) step();
      change_owner();
    }
    return broken_;
  }
  std::size_t compared() const { return compared_; }

 private:
  using event_list = room_fixture::event_list;
  static constexpr std::uint64_t stranger = 8;  // never joins

  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  handler_factory handlers() {
    return [this](const room_rule&) { return std::make_unique<recording_handler>(notes_); };
  }
  position any_position() {
    return positions_[pick(static_cast<std::uint32_t>(positions_.size()))];
  }

  cluster::command command(sender& from, room_fixture::body body, std::uint64_t member) {
    cluster::command out{
        topic{"room:1"}, 0, {from.id, from.next++, connection_id{member}}, 0, std::move(body)};
    from.unanswered.push_back(out);
    return out;
  }
  cluster::command any_command(sender& from) {
    auto body = any_body();
    const bool is_push = std::holds_alternative<commands::push>(body);
    return command(from, std::move(body), is_push ? stranger : pick(3) + 1);
  }
  /// A command whose answer does not depend on the members, which a new owner does not know.
  room_fixture::body any_body() {
    const auto key = pick(3) == 0 ? "k" + std::to_string(pick(30)) : std::string{};
    switch (pick(8)) {
      case 0:
        return commands::join{};
      case 1:
        return commands::leave{};
      case 2:
        return commands::publish{"no", json_payload("0"), {}};
      case 3:
        return commands::push{{}, "msg", json_payload("0"), {}};  // refused
      default:
        return commands::publish{"msg", json_payload(std::to_string(random_() % 1'000)), key};
    }
  }

  /// Applies a command and gives the answers that are not lost to their edges.
  event_list apply(room& to, cluster::command command, sender* from, bool loses) {
    if (from) command.answered = from->answered();
    event_list out;
    try {
      to.apply(command, now_, out);
    } catch (const std::exception&) {
      const auto current = to.past().current();
      to.crashed(&command,
                 {{current.ownership, current.crashes + 1}, "c" + std::to_string(++crashes_)}, now_,
                 out);
    }
    for (const auto& each : out) {
      if (!is_comparing_ && is<events::ordered>(*each))
        positions_.push_back({each->epoch_text, each->at});
      const auto id = command_of(*each);
      if (from && id.edge == from->id && !loses && !from->unanswered.empty() &&
          from->unanswered.front().id == id) {
        from->unanswered.pop_front();
      }
    }
    return out;
  }

  void step() {
    now_ += milliseconds(pick(30));
    auto& from = senders_[pick(3)];
    const bool loses = from.is_lossy && pick(3) == 0;
    if (!from.unanswered.empty() && (pick(2) == 0 || from.unanswered.size() > 20)) {
      const auto all = from.unanswered;  // a resend, in order
      for (const auto& each : all) {
        if (!from.is_lossy || pick(4) != 0) apply(*room_, each, &from, loses);
      }
      return;
    }
    const auto made = pick(30) == 0 && from.is_lossy
                          ? command(from, commands::publish{"boom", {}, {}}, 0)
                          : any_command(from);
    if (from.is_lossy && pick(4) == 0) return;  // lost on its way
    apply(*room_, made, &from, loses);
    if (from.is_lossy && pick(4) == 0) apply(*room_, made, &from, loses);  // doubled
    mark();
  }
  /// The reliable edge marks an event as read.
  void mark() {
    auto& from = senders_[2];
    if (pick(4) != 0 || !from.unanswered.empty()) return;
    apply(*room_, command(from, commands::join{}, 9), &from, false);
    const position at{room_->epoch_text(), room_->head()};
    const auto user = "u" + std::to_string(pick(5));
    apply(*room_, command(from, commands::mark_read{user, at}, 9), &from, false);
    apply(*room_, command(from, commands::leave{}, 9), &from, false);  // answers the mark first
  }

  void change_owner() {
    auto& reliable = senders_[2];
    for (const auto& each : std::deque(reliable.unanswered)) apply(*room_, each, &reliable, false);
    store_.take(*room_);
    auto stored = store_;
    for (auto skipped = pick(3); skipped > 0; --skipped) begin_ownership(stored);
    begin_ownership(stored);
    store_.of_shard = stored.of_shard;
    new_epoch next{epoch{ownership_}, stored.of_shard.back().text};
    auto loaded = stored.load(rule_, handlers(), next, now_);
    if (!loaded) return fail("the records have a gap");
    loaded->keep_all(false, now_);
    faulty_.reset();
    if (lost_) {
      lost_(stored, next);
      faulty_ = stored.load(rule_, handlers(), next, now_);
      if (!faulty_) return fail("the records have a gap");
      faulty_->keep_all(false, now_);
    }
    compare(*loaded);
    for (auto& each : began_) positions_.push_back(std::move(each));
    began_ = {{loaded->epoch_text(), loaded->head()}};
    room_ = std::move(loaded);
    store_.take(*room_);
  }
  void begin_ownership(stored_room& stored) {
    ++ownership_;
    stored.of_shard.push_back({ownership_, "o" + std::to_string(ownership_)});
    // A client may have joined in it.
    began_.push_back({stored.of_shard.back().text, room_->head()});
  }

  /// Both rooms answer the unanswered commands, then new ones.
  void compare(room& loaded) {
    is_comparing_ = true;
    for (auto& each : senders_) {
      const auto all = each.unanswered;
      for (const auto& command : all) {
        ask(loaded, command, each, false);
      }
    }
    for (int i = 0; i < 30 && !broken_; ++i) {
      auto& from = senders_[i % 3];
      commands::join join;
      join.resume = any_position();
      ask(loaded, i % 2 == 0 ? command(from, join, 7) : any_command(from), from, true);
    }
    is_comparing_ = false;
  }
  void ask(room& loaded, const cluster::command& command, sender& from, bool with_place) {
    auto tested = command;
    tested.answered = from.answered();
    auto got = apply(loaded, command, &from, false);
    if (faulty_) got = apply(*faulty_, std::move(tested), nullptr, false);
    same(got, apply_old(command, from), with_place, command);
  }
  event_list apply_old(cluster::command command, const sender& from) {
    const auto acknowledged = from.answered();
    command.answered = std::min(acknowledged, command.id.number - 1);
    return apply(*room_, std::move(command), nullptr, false);
  }
  void same(const event_list& got, const event_list& want, bool with_place,
            const cluster::command& command) {
    const auto lines = [&](const event_list& events) {
      std::string out;
      for (const auto& each : events) {
        out += text_of(*each, is<commands::join>(command), with_place) + "\n";
      }
      return out;
    };
    compared_ += got.size();
    if (lines(got) == lines(want)) return;
    fail("command " + std::to_string(command.id.number) + " of node " +
         std::to_string(command.id.edge.node.value) + ": " + lines(got) + "instead of " +
         lines(want));
  }
  void fail(std::string text) {
    if (!broken_) broken_ = std::move(text);
  }

  std::mt19937 random_;
  loss lost_;
  room_rule rule_;
  std::vector<std::string> notes_;
  time_point now_{std::chrono::hours(1)};
  std::unique_ptr<room> room_;
  std::unique_ptr<room> faulty_;  // the next owner's room with a loss
  bool is_comparing_ = false;
  stored_room store_;
  std::vector<sender> senders_{{{node_id{1}, 1}, true}, {{node_id{2}, 1}, true}, {{node_id{3}, 1}}};
  std::vector<position> positions_;  // known to the present owner
  std::vector<position> began_;      // of ownerships that it does not know
  std::uint64_t ownership_ = 1;
  std::uint32_t crashes_ = 0;
  std::size_t compared_ = 0;
  std::optional<std::string> broken_;
};

}  // namespace roost::actors
