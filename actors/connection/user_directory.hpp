// Which connections of this node a user has.
#pragma once

#include <array>
#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/indexed_vector.hpp"
#include "config/base/ids.hpp"
#include "config/base/keyed_hash.hpp"

namespace roost::actors {

/// Owns: references to the actors of connections whose token names a user. Runs on: any thread.
/// Ends: with its node.
class user_directory {
 public:
  /// What a new connection of a user comes to.
  struct admission {
    bool is_in = true;
    std::vector<caf::actor> evicted = {};  ///< its oldest; taken out, and to be ended
  };
  /// `most`: connections at once of one user, 0: no limit. Over it the oldest make place where
  /// `evicts`, else the new one is not added.
  admission add(const std::string& user, connection_id link, caf::actor who, std::uint32_t most,
                bool evicts);
  /// Does nothing where it is not in (any more).
  void remove(const std::string& user, connection_id link);
  /// The oldest first.
  std::vector<caf::actor> of(const std::string& user) const;
  std::size_t count(const std::string& user) const;

 private:
  struct entry {
    connection_id link;
    caf::actor who;  ///< null: gone

    std::uint64_t key() const { return link.value; }
    bool is_gap() const { return !who; }
    void make_gap() { who = {}; }
  };
  // Users hash to shards, so that loops do not meet on one lock.
  struct shard {
    mutable std::mutex lock;
    std::unordered_map<std::string, indexed_vector<entry>, keyed_hash> users;
  };
  shard& shard_of(const std::string& user) { return shards_[keyed_hash{}(user) % shards_.size()]; }
  const shard& shard_of(const std::string& user) const {
    return shards_[keyed_hash{}(user) % shards_.size()];
  }

  std::array<shard, 64> shards_;
};

}  // namespace roost::actors
