// One room, its edges, its clients, without actors: every message between them waits in a lane
// that keeps its order, and the test says which lane moves next.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "actors/connection/channels.hpp"
#include "actors/room/room.hpp"
#include "actors/room/room_edge.hpp"
#include "actors/room/room_plan.hpp"
#include "tests/actors/fake_session.hpp"
#include "tests/actors/room/fan_model.hpp"

namespace roost::actors {

/// A rule whose members are told nothing but what is pushed.
inline room_rule quiet_rule() {
  room_rule out;
  out.presence.mode = "off";
  return out;
}

/// What a bus between edges and owner may do to what it carries, in percent.
struct bus_faults {
  unsigned lost = 0;
  unsigned twice = 0;
};

struct world_options {
  room_rule rule = quiet_rule();
  kind_factory kinds = make_kind;
  std::size_t edges = 1;
  const planted_faults* faults = nullptr;
  bus_faults bus = {};
  unsigned seed = 1;  ///< of the bus's faults
};

/// What a client says: refs are plain texts, empty for null.
struct saying {
  std::string_view event;
  std::string_view reference;
  std::string_view join_ref = "";
  std::string_view payload = "{}";
};

/// Owns: everything in it. Runs on: the test's thread. Ends: with the test.
class room_world {
 public:
  using lane = std::deque<std::function<void()>>;
  static constexpr std::size_t loops = 2;

  explicit room_world(world_options with = {});
  /// Its index. Clients take turns on the loops.
  std::size_t add_client(net::wire_format format = {}, std::size_t edge = 0);
  /// The client's message is decided on, and what follows waits. How it was decided.
  decision::kind say(std::size_t who, const saying& what);
  void close(std::size_t who);
  /// The server closes its channel, if it has one.
  void expel(std::size_t who);
  /// An event that no owner sent, straight to an edge.
  void inject(std::size_t edge, const cluster::event_ptr& what);
  void inject(std::size_t edge, cluster::event what) {
    inject(edge, cluster::share(std::move(what)));
  }
  /// Time passes, and the owner does what is due.
  void pass_time(milliseconds time);
  /// The edge asks again for what did not come; the owner says where it stands.
  void tick_edge(std::size_t edge);
  void tell_head();
  /// From now on the bus does this. Before a settle() that has to end: nothing.
  void set_bus(bus_faults what) { bus_ = what; }
  /// The front command of this edge, and the front event to it, are lost.
  bool lose_command(std::size_t edge);
  bool lose_event(std::size_t edge);

  /// Moves the front of one lane that is not empty; false: all are.
  bool step(std::mt19937& random);
  /// How many lanes are not empty; step_lane() moves the front of one of them.
  std::size_t ready() { return lanes(true).size(); }
  void step_lane(std::size_t which) { move(*lanes(true)[which]); }
  /// Moves everything, until nothing waits.
  void settle();
  /// Moves what clients and edges said, but the owner does not work.
  void settle_but_owner();

  /// What the client reads: all that is in its outbox.
  std::vector<std::string> take(std::size_t who);
  /// Moves the front of the one lane, if there is any: what waits for the owner, for the edge.
  bool step_owner(std::size_t edge);
  bool step_edge(std::size_t edge);
  fake_session& link(std::size_t who) { return clients_[who].link(); }
  std::uint64_t said(std::size_t who) const { return clients_[who].said; }
  connection_id id_of(std::size_t who) const { return clients_[who].id; }
  room_edge& edge(std::size_t index) { return edges_[index]->logic; }
  room& owner() { return room_; }
  std::size_t attached(std::size_t edge) const;
  std::size_t in_rosters(std::size_t edge) const;
  /// Clients that are still to be given pages.
  std::size_t catching_up(std::size_t edge) const;
  const edge_effects& counted(std::size_t edge) const { return edges_[edge]->sums; }
  std::size_t channels_of(std::size_t who) { return clients_[who].channels.size(); }
  const topic& where() const { return where_; }
  settings config;

 private:
  struct client {
    connection_id id;
    std::size_t edge = 0;
    net::wire_format format;
    net::session_ptr keeps;
    channel_table<int> channels = {};
    std::uint64_t said = 0;  // messages, each of one byte of credit
    bool is_gone = false;
    lane to_edge = {};
    lane to_connection = {};
    fake_session& link() const { return static_cast<fake_session&>(*keeps); }
  };
  struct edge_side {
    room_edge logic;
    edge_effects effects = {};
    lane to_owner = {};
    lane from_owner = {};
    std::vector<lane> to_fan_out = std::vector<lane>(loops);
    std::vector<lane> from_fan_out = std::vector<lane>(loops);
    std::vector<fan_model> fan_outs = {};
    edge_effects sums = {};  ///< of the counters only
  };

  void request(client& from, edge_request what);
  void carry_out(edge_side& of);
  void own(const cluster::command& what);
  void publish(const std::vector<cluster::event_ptr>& what);
  void carry(lane& into, const std::function<void()>& what);
  fan_model::surroundings around(edge_side& of, std::size_t loop);
  client& client_of(connection_id who) { return clients_[(who.value & 0xffffffffffff) - 1]; }
  static bool move(lane& from);
  std::vector<lane*> lanes(bool with_owner);
  void settle(bool with_owner);

  topic where_{"room:1"};
  room_plan plan_;
  room room_;
  std::uint64_t lives_ = 1;
  time_point now_{};
  bus_faults bus_;
  std::mt19937 luck_;
  std::vector<std::unique_ptr<edge_side>> edges_;
  std::deque<client> clients_;
};

}  // namespace roost::actors
