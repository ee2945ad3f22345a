// Creates a connection actor for each session of net/.
#pragma once

#include <atomic>

#include "actors/node_context.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// The connection_opener of a node. Owns: nothing. Runs on: the session's loop. Ends: after the
/// loops have stopped.
class connection_factory final : public net::connection_opener {
 public:
  explicit connection_factory(node_context& node) : node_(node) {}
  std::unique_ptr<net::connection_handler> opened(net::session& link,
                                                  net::connect_info info) override;
  errc admits(const net::connect_info& info) override;
  /// From now on, each new session is asked to reconnect and closed with 1012. Any thread.
  void drain() { is_draining_ = true; }

 private:
  node_context& node_;
  std::atomic<bool> is_draining_{false};
};

}  // namespace roost::actors
