// SPDX-License-Identifier: Apache-2.0
// Creates a connection actor for each session of net/.
#pragma once

#include <atomic>
#include <caf/actor.hpp>
#include <vector>

#include "actors/connection/connection_dependencies.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// The connection_opener of a node. Owns: nothing. Runs on: the session's loop. Ends: after the
/// loops have stopped.
class connection_factory final : public net::connection_opener {
 public:
  /// `fan_outs`: one for each loop; filled before the first session opens.
  connection_factory(const connection_dependencies& shared, loop_scheduler& scheduler,
                     const std::vector<caf::actor>& fan_outs)
      : shared_(shared), scheduler_(scheduler), fan_outs_(fan_outs) {}
  std::unique_ptr<net::connection_handler> opened(net::session& session,
                                                  net::connect_info info) override;
  errc admits(const net::connect_info& info) override;
  /// From now on, each new session is asked to reconnect and closed with 1012. Any thread.
  void drain() { is_draining_ = true; }

 private:
  const connection_dependencies& shared_;
  loop_scheduler& scheduler_;
  const std::vector<caf::actor>& fan_outs_;
  std::atomic<bool> is_draining_{false};
};

}  // namespace roost::actors
