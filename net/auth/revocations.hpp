// SPDX-License-Identifier: Apache-2.0
// Bounded table of revoked tokens and users. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "net/auth/claims.hpp"

namespace roost::net::auth {

enum class revocation_kind : std::uint8_t { user, token };

/// One revocation. Times are Unix time in milliseconds.
struct revocation {
  revocation_kind kind = revocation_kind::user;
  std::string id;              ///< user: sub; token: jti
  std::int64_t before_ms = 0;  ///< user: revokes tokens with iat before this second, or without iat
  std::int64_t until_ms = 0;   ///< the revocation expires then
};

/// Rounds down to whole seconds, the common resolution of iat.
inline std::int64_t whole_seconds(std::int64_t ms) { return ms / 1'000; }

/// Revocations by id. Above `entries_max`, the entry that expires first is evicted. Without
/// evictions, add() is idempotent and commutative: nodes that receive the same revocations in any
/// order hold the same table. Owns: its revocations. Runs on: the caller's thread. Ends: with the
/// node.
class revocations {
 public:
  explicit revocations(std::size_t entries_max = 100'000) : entries_max_(entries_max) {}

  /// Merges with an entry of the same id: the later `before_ms` and `until_ms` win. Returns false
  /// if the revocation has expired, its id is invalid, or it would be evicted at once.
  bool add(const revocation& added, std::int64_t now_ms);
  /// Compares iat in whole seconds. A token issued in the second of the revocation stays valid:
  /// the user may have signed in again just after it. An earlier token of that second stays valid
  /// too, because the two cannot be distinguished.
  bool is_revoked(const token_claims& token, std::int64_t now_ms) const;
  /// Removes expired entries.
  void remove_expired(std::int64_t now_ms);

  std::size_t size() const { return entries_.size(); }
  /// Number of entries evicted before they expired.
  std::uint64_t dropped() const { return dropped_; }

 private:
  using name = std::pair<revocation_kind, std::string>;
  struct times {
    std::int64_t before_ms = 0;
    std::int64_t until_ms = 0;
  };
  using table = std::map<name, times, std::less<>>;
  const times* find(revocation_kind kind, const std::string& id, std::int64_t now_ms) const;
  void evict_next_to_expire();

  std::size_t entries_max_;
  table entries_;
  std::set<std::pair<std::int64_t, name>> by_end_;
  std::uint64_t dropped_ = 0;
};

}  // namespace roost::net::auth
