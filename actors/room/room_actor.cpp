#include "actors/room/room_actor.hpp"

#include <exception>
#include <random>
#include <utility>

#include "actors/room/room_table.hpp"
#include "config/base/log.hpp"

namespace roost::actors {

namespace {

/// Random, so that a room that starts anew never repeats an epoch that a client may still hold.
std::string new_epoch_text() {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string out;
  for (auto rest = source(); out.size() < 12; rest /= digits.size()) {
    out.push_back(digits[rest % digits.size()]);
  }
  return out;
}

}  // namespace

room_actor::room_actor(caf::actor_config& cfg, node_context& node, room_table& table, topic where,
                       const room_rule& rule)
    : pinned(cfg),
      node_(node),
      table_(table),
      where_(where),
      room_(std::move(where), rule, node.kinds, new_epoch_text()) {
  node_.probe.add(metrics::gauge::rooms, 1);
}

caf::behavior room_actor::make_behavior() {
  return {
      [this](const cluster::command& what) { take(what); },
      [this](forget_if_empty due) { forget(due.emptied); },
      [this](end_now) { quit(); },
  };
}

void room_actor::take(const cluster::command& what) {
  ++taken_;
  const auto before = room_.members();
  try {
    room_.apply(what, out_);
  } catch (const std::exception& failed) {  // a room kind is the users' code
    crash(what, failed.what());
  } catch (...) {
    crash(what, "unknown exception");
  }
  publish();
  node_.probe.add(metrics::gauge::members,
                  static_cast<double>(room_.members()) - static_cast<double>(before));
  if (room_.members() == 0 && (before != 0 || taken_ == 1)) empty_now();
}

void room_actor::publish() {
  for (auto& each : out_) {
    if (each.what == cluster::event::kind::ordered) {
      node_.probe.add(metrics::counter::events_ordered);
    }
    (void)node_.bus->publish(each);  // in the process it cannot fail
  }
  out_.clear();
}

void room_actor::crash(const cluster::command& what, const char* why) {
  out_.clear();
  log::error("room_crashed", {{"topic", where_.name}, {"why", why}});
  node_.probe.add(metrics::counter::rooms_crashed);
  room_.crashed(new_epoch_text(), out_);
  cluster::event answer;
  answer.where = where_;
  answer.what = cluster::event::kind::refused;
  answer.origin = what.from;
  answer.number = what.number;
  answer.member = what.member;
  answer.why = errc::join_crashed;
  out_.push_back(std::move(answer));
}

void room_actor::empty_now() { delayed_send(this, empty_for, forget_if_empty{++emptied_}); }

void room_actor::forget(std::uint64_t emptied) {
  if (emptied != emptied_ || room_.members() != 0) return;
  if (table_.forget(where_, taken_)) return quit();
  empty_now();  // a command is on its way
}

}  // namespace roost::actors
