// A fan-out without its actor: what one edge has one loop write.
#pragma once

#include <functional>
#include <map>

#include "actors/messages.hpp"
#include "actors/room/backlog.hpp"
#include "actors/room/roster.hpp"
#include "tests/actors/fake_session.hpp"

namespace roost::actors {

/// Does what fan_out.cpp does, step for step. Owns: the roster, what waits for outboxes.
/// Runs on: the test's thread. Ends: with its world.
class fan_model {
 public:
  struct surroundings {
    std::function<fake_session*(connection_id)> find;  ///< null where the client has gone
    std::function<void(page_written)> tell_edge;
    std::function<void(connection_id, channel_serial)> ended;
  };
  explicit fan_model(surroundings around) : around_(std::move(around)) {}

  void deliver(delivery& what);
  /// The client has read.
  void writable(connection_id who);
  std::size_t members() const { return members_.size(); }
  std::size_t backlogs() const { return waiting_.size(); }

 private:
  void write(direct& each);
  void page(direct& each);
  void leave(const direct& each);

  surroundings around_;
  roster members_;
  std::map<connection_id, backlog> waiting_;
};

}  // namespace roost::actors
