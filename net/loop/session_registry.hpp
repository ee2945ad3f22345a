// SPDX-License-Identifier: Apache-2.0
// The sessions of one loop by their ids.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "net/loop/partial_messages.hpp"
#include "net/transport/session.hpp"

namespace roost::net {

/// Owns: nothing (sessions add and remove themselves). Runs on: its loop. Ends: with the loop.
class session_registry {
 public:
  explicit session_registry(loop_id id) : loop_(id) {}
  connection_id next_id() { return make_connection_id(loop_, ++serial_); }
  void add(session& s) { by_id_.emplace(s.id(), &s); }
  void remove(connection_id id) { by_id_.erase(id); }
  /// Null if the session has ended.
  session* find(connection_id id) const {
    auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : it->second;
  }
  std::size_t size() const { return by_id_.size(); }
  partial_messages& partials() { return partials_; }
  /// All open sessions, kept alive while the caller closes them.
  std::vector<session_ptr> all() const {
    std::vector<session_ptr> out;
    out.reserve(by_id_.size());
    for (auto& [id, s] : by_id_) out.emplace_back(s);
    return out;
  }

 private:
  loop_id loop_;
  std::uint64_t serial_ = 0;
  std::unordered_map<connection_id, session*> by_id_;
  partial_messages partials_;
};

}  // namespace roost::net
