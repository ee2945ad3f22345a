// A fan-out without its actor: what one edge has one loop write.
#pragma once

#include <functional>

#include "actors/messages.hpp"
#include "actors/room/page_dispatcher.hpp"
#include "actors/room/roster.hpp"
#include "tests/actors/fake_session.hpp"

namespace roost::actors {

/// Does what fan_out.cpp does, step for step. Owns: the roster, who still catches up.
/// Runs on: the test's thread. Ends: with its world.
class fan_model {
 public:
  static constexpr std::size_t outbox_bytes_max = 60'000;

  struct surroundings {
    std::function<fake_session*(connection_id)> find;  ///< null where the client has gone
    std::function<void(const page_wanted&)> ask_edge;
    std::function<void(connection_id, channel_serial)> ended;
  };
  explicit fan_model(surroundings around) : around_(std::move(around)), pages_(around_.ask_edge) {}

  void deliver(delivery& what);
  /// The client has read.
  void writable(connection_id who);
  std::size_t members() const { return members_.size(); }
  std::size_t catching_up() const { return pages_.size(); }

 private:
  void write(direct& each);
  void leave(const direct& each, net::session* link);

  surroundings around_;
  roster members_;
  page_dispatcher pages_;
};

}  // namespace roost::actors
