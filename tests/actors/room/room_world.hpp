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
#include "actors/room/roster.hpp"
#include "tests/actors/fake_session.hpp"

namespace roost::actors {

struct world_options {
  room_rule rule = {};
  kind_factory kinds = make_kind;
  std::size_t edges = 1;
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
  /// An event that no owner sent, straight to an edge.
  void inject(std::size_t edge, const cluster::event& what);

  /// Moves the front of one lane that is not empty; false: all are.
  bool step(std::mt19937& random);
  /// Moves everything, until nothing waits.
  void settle();
  /// Moves what clients and edges said, but the owner does not work.
  void settle_but_owner();

  std::vector<std::string> take(std::size_t who) { return clients_[who].link().take(); }
  fake_session& link(std::size_t who) { return clients_[who].link(); }
  std::uint64_t said(std::size_t who) const { return clients_[who].said; }
  connection_id id_of(std::size_t who) const { return clients_[who].id; }
  room_edge& edge(std::size_t index) { return edges_[index]->logic; }
  room& owner() { return room_; }
  std::size_t attached(std::size_t edge) const;
  std::size_t in_rosters(std::size_t edge) const;
  std::size_t channels_of(std::size_t who) { return clients_[who].channels.all().size(); }
  const topic& where() const { return where_; }
  settings config;

 private:
  struct client {
    connection_id id;
    std::size_t edge = 0;
    net::wire_format format;
    net::session_ptr keeps;
    channel_table<int> channels = {};
    channel_serial last_serial = 0;
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
    std::vector<roster> rosters = std::vector<roster>(loops);
  };

  void request(client& from, edge_request what);
  void carry_out(edge_side& of);
  void own(const cluster::command& what);
  void deliver(edge_side& of, std::size_t loop, delivery& what);
  void write(edge_side& of, std::size_t loop, direct& what);
  std::vector<lane*> lanes(bool with_owner);
  void settle(bool with_owner);

  topic where_{"room:1"};
  room room_;
  std::uint64_t lives_ = 1;
  std::vector<std::unique_ptr<edge_side>> edges_;
  std::deque<client> clients_;
};

}  // namespace roost::actors
