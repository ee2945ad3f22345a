// SPDX-License-Identifier: Apache-2.0
// Registry of this node's connections by user.
#pragma once

#include <array>
#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/base/ids.hpp"
#include "config/base/indexed_vector.hpp"
#include "config/base/keyed_hash.hpp"

namespace roost::actors {

/// Finds the connections of a user; connections whose token names no user are not in it. Owns:
/// references to their actors. Runs on: any thread. Ends: with its node.
class user_registry {
 public:
  /// The result of add().
  struct admission_result {
    bool is_in = true;
    std::vector<caf::actor> evicted = {};  ///< the oldest; already removed, the caller ends them
  };
  /// `max`: limit of connections for one user; 0: no limit. At the limit, the oldest connections
  /// are evicted if `evicts` is true; otherwise the new one is not added.
  admission_result add(const std::string& user, connection_id id, caf::actor connection,
                       std::uint32_t max, bool evicts);
  /// Removes the connection; does nothing if it is not there.
  void remove(const std::string& user, connection_id id);
  /// The user's connections, the oldest first.
  std::vector<caf::actor> of(const std::string& user) const;
  std::size_t count(const std::string& user) const;

 private:
  struct entry {
    connection_id id;
    caf::actor connection;  ///< null: removed

    std::uint64_t key() const { return id.value; }
    bool is_gap() const { return !connection; }
    void make_gap() { connection = {}; }
  };
  // Users are striped by hash to reduce lock contention between loops.
  struct stripe {
    mutable std::mutex lock;
    std::unordered_map<std::string, indexed_vector<entry>, keyed_hash> users;
  };
  stripe& stripe_of(const std::string& user) {
    return stripes_[keyed_hash{}(user) % stripes_.size()];
  }
  const stripe& stripe_of(const std::string& user) const {
    return stripes_[keyed_hash{}(user) % stripes_.size()];
  }

  std::array<stripe, 64> stripes_;
};

}  // namespace roost::actors
