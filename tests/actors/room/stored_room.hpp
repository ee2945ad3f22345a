// SPDX-License-Identifier: Apache-2.0
// The stored parts of a room, from which tests load it again, and its owners.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "actors/room/room.hpp"
#include "tests/fixtures/room_fixture.hpp"

namespace roost::actors {

/// A snapshot and the records that it does not cover.
struct stored_room {
  std::optional<cluster::room_snapshot> snapshot;
  std::vector<cluster::log_record> records;
  history::ownerships of_shard;

  /// Stores a snapshot of the room in place of everything before.
  void checkpoint(room& from, time_point now) {
    take(from);
    snapshot = from.snapshot(now);
    records.clear();
  }
  /// Stores the room's new records.
  void take(room& from) {
    for (auto& each : from.take_records()) records.push_back(std::move(each));
  }
  /// A durable room in a new epoch; null: a record does not follow the one before.
  std::unique_ptr<room> load(const room_rule& rule, handler_factory handlers, const new_epoch& next,
                             time_point now) const {
    auto out = std::make_unique<room>(topic{"room:1"}, rule, std::move(handlers));
    out->make_durable();
    if (snapshot) out->restore(*snapshot, now);
    for (const auto& each : records) {
      if (!out->replay(each, now)) return nullptr;
    }
    out->open(next, std::make_shared<const history::ownerships>(of_shard));
    return out;
  }
};

/// Two owners of one room, one after the other. The first one is `b.room`, in the epoch {1, 0}.
struct owners {
  explicit owners(const room_rule& of = without_presence()) : rule(of), b(of) {
    b.room.make_durable();
  }
  room& load(std::uint64_t ownership = 2) {
    store.take(b.room);
    next = store.load(rule, b.handlers(), {epoch{ownership}, "n" + std::to_string(ownership), 5},
                      b.now);
    REQUIRE(next);
    return *next;
  }
  room_fixture::event_list give(const cluster::command& command) {
    room_fixture::event_list out;
    next->apply(command, b.now, out);
    return out;
  }
  cluster::event answer(const cluster::command& command) {
    const auto out = give(command);
    REQUIRE(out.size() == 1);
    return *out[0];
  }
  events::joined resume(const std::string& text, std::uint64_t at) {
    commands::join request;
    request.resume = position{text, offset{at}};
    return as<events::joined>(answer(next_command(request)));
  }
  /// A command of an edge that has received all earlier answers.
  cluster::command next_command(room_fixture::body body) {
    auto out = b.command(std::move(body), 50);
    out.answered = out.id.number - 1;
    return out;
  }
  cluster::event publish_old(const char* key) {
    return b.answer(b.command(commands::publish{"msg", {}, key}, 0));
  }
  cluster::event publish(const char* key = "") {
    return answer(next_command(commands::publish{"msg", {}, key}));
  }

  room_rule rule;
  room_fixture b;
  stored_room store;
  std::unique_ptr<room> next;
};

}  // namespace roost::actors
