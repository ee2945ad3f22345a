// Tokens that count no more, though their signature is good and their time is not over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "net/auth/claims.hpp"

namespace roost::net::auth {

/// One revocation, as nodes tell each other. Moments are Unix time in milliseconds.
struct revocation {
  enum class kind : std::uint8_t { user, token };
  kind what = kind::user;
  std::string id;              ///< sub, or jti
  std::int64_t before_ms = 0;  ///< user: tokens issued before its second, or that do not say when
  std::int64_t until_ms = 0;   ///< forgotten then
};

/// The whole second of a moment: what iat is written in.
inline std::int64_t second_of(std::int64_t ms) { return ms / 1'000; }

/// Bounded: at `entries_max` the one that would be forgotten first makes place. Whatever the order
/// in which revocations come, and however often, the outcome is the same.
/// Owns: its revocations. Runs on: the caller's thread. Ends: with the node.
class revocations {
 public:
  explicit revocations(std::size_t entries_max = 100'000) : entries_max_(entries_max) {}

  /// What says more than one that is there takes its place. False: it is over already, its id is
  /// none, or it would be the first to make place.
  bool add(const revocation& what, std::int64_t now_ms);
  /// Whole seconds are compared: a user who signs in again right after a revocation gets a token of
  /// the same second, which must work. So does one of just before, which cannot be told apart.
  bool is_revoked(const token_claims& token, std::int64_t now_ms) const;
  /// Forgets what is over.
  void tick(std::int64_t now_ms);

  /// All, for a node that comes anew.
  std::vector<revocation> all() const;
  std::size_t size() const { return entries_.size(); }
  /// How many had to make place before their time.
  std::uint64_t dropped() const { return dropped_; }

 private:
  using name = std::pair<revocation::kind, std::string>;
  struct term {
    std::int64_t before_ms = 0;
    std::int64_t until_ms = 0;
  };
  using terms = std::map<name, term, std::less<>>;
  const term* find(revocation::kind what, const std::string& id, std::int64_t now_ms) const;
  void drop_first();

  std::size_t entries_max_;
  terms entries_;
  std::set<std::pair<std::int64_t, name>> by_end_;
  std::uint64_t dropped_ = 0;
};

}  // namespace roost::net::auth
