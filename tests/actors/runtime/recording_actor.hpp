// SPDX-License-Identifier: Apache-2.0
// An actor that records the numbers it receives.
#pragma once

#include <caf/all.hpp>
#include <vector>

#include "actors/messages/end_now.hpp"
#include "actors/runtime/pinned_actor.hpp"

namespace roost::tests {

/// Records numbers; accessed only on its actor's loop.
struct notes {
  std::vector<int> numbers;
  std::size_t strangers = 0;  ///< handler calls on a wrong thread
};

class keeper final : public actors::pinned_actor {
 public:
  keeper(caf::actor_config& cfg, notes& into) : actors::pinned_actor(cfg), into_(into) {}
  caf::behavior make_behavior() override {
    return {
        [this](int n) {
          into_.numbers.push_back(n);
          if (net::loop::current() != &home()) ++into_.strangers;
        },
        [this](actors::end_now) { quit(caf::exit_reason::user_shutdown); },
    };
  }

 private:
  notes& into_;
};

}  // namespace roost::tests
