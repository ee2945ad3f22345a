// SPDX-License-Identifier: Apache-2.0
// Durable rooms of one loop; the test scripts the actor that stands for their shard.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actors/messages/end_now.hpp"
#include "actors/room/room_registry.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"
#include "tests/fixtures/lone_bus.hpp"
#include "tests/fixtures/node_fixture.hpp"

namespace roost::tests {

/// The requests of rooms to their shard; used only on its loop.
struct shard_notes {
  std::vector<actors::load_room> loads;
  std::vector<actors::append_records> appends;
  std::vector<actors::captured_room> captures;
  std::vector<actors::store_soon> unused;
  std::vector<actors::drop_room> drops;
};

class scripted_shard final : public actors::pinned_actor {
 public:
  scripted_shard(caf::actor_config& cfg, shard_notes& into) : pinned_actor(cfg), into_(into) {}
  caf::behavior make_behavior() override {
    return {
        [this](actors::load_room& load) { into_.loads.push_back(std::move(load)); },
        [this](actors::append_records& records) { into_.appends.push_back(std::move(records)); },
        [this](actors::captured_room& state) { into_.captures.push_back(std::move(state)); },
        [this](actors::store_soon& room) { into_.unused.push_back(std::move(room)); },
        [this](actors::drop_room& drop) { into_.drops.push_back(std::move(drop)); },
        [this](actors::end_now) { quit(); },
    };
  }

 private:
  shard_notes& into_;
};

/// Records the published envelopes. Used only on one loop.
class recording_bus final : public lone_bus {
 public:
  result<void> publish(cluster::command&&) override { return {}; }
  result<void> publish(const cluster::event_ptr& event, std::span<const node_id>) override {
    events.push_back(event);
    return {};
  }
  std::vector<cluster::event_ptr> events;
};

/// A registry of rooms of durability `event` on one loop.
struct durable_rooms {
  static settings with(room_durability durability) {
    auto out = quiet();
    out.rooms[0].durability = durability;
    return out;
  }
  explicit durable_rooms(settings config = with(room_durability::event))
      : it(1, std::move(config)) {
    for (auto& each : ports.all()) each.log = shard;
  }
  ~durable_rooms() {
    on([this] { registry.end_all(); });
    caf::anon_send(shard, actors::end_now{});
    it.settle();
  }
  void on(const std::function<void()>& work) {
    it.loops.on(0, work);
    it.settle();
  }
  template <class Kind>
  void send(Kind kind, std::string topic_name = "room:1") {
    const bool is_numbered = !std::is_same_v<Kind, cluster::commands::query>;
    const std::uint64_t number = is_numbered ? ++numbers_ : 1'000;
    on([&] {
      registry.dispatch(
          {topic{topic_name}, 0, {{node_id{7}, 1}, number, connection_id{5}}, 0, kind});
    });
  }
  void load(actors::loaded_room&& stored) {
    on([&] { registry.loaded(std::move(stored)); });
  }
  /// The shard stores the record that a stored room makes when it is first joined.
  void store_use() {
    REQUIRE(asked.appends.size() == 1);
    on([&] { caf::anon_send(asked.appends[0].room, actors::records_stored{1}); });
  }
  /// The store holds nothing of this room.
  void load_nothing(std::string_view topic_name = "room:1") {
    load({.topic = topic{topic_name}, .of = {1, 0, "e1"}});
  }
  const cluster::event& event(std::size_t index) {
    REQUIRE(bus.events.size() > index);
    return *bus.events[index];
  }
  double rooms() { return it.probe.value(metrics::gauge::rooms); }

  node_fixture it;
  actors::loop_unit& home = it.node.scheduler().unit(0);
  shard_notes asked;
  caf::actor shard = actors::spawn_on<scripted_shard>(home, asked);
  actors::shard_ports ports{{1, 2}, 4};
  recording_bus bus;
  actors::room_rules rules{it.config->rooms};
  actors::room_dependencies shared{
      it.config,          it.probe, bus,     rules, node_id{1}, actors::make_handler,
      actors::make_epoch, unix_ms,  nullptr, &ports};
  actors::empty_rooms empty;
  actors::room_registry registry{shared, home, empty};

 private:
  std::uint64_t numbers_ = 0;
};

}  // namespace roost::tests
