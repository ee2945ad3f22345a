// SPDX-License-Identifier: Apache-2.0
// A set of keys for verifying tokens, with lookup by algorithm and key ID. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/auth/verify_key.hpp"

namespace roost::net::auth {

/// Keys with their IDs, in order of insertion.
/// Owns: its keys. Runs on: any thread once it is filled. Ends: with its last shared_ptr.
class key_set {
 public:
  /// Maximum number of keys tried for one token; bounds the CPU time that a token can cost.
  static constexpr std::size_t tries_max = 8;

  /// `id` is the key ID that tokens give in `kid`; a key with an empty `id` matches every `kid`.
  void add(std::string id, verify_key key) { keys_.push_back({std::move(id), std::move(key)}); }
  void add(const key_set& others);

  /// The keys to try for a token with algorithm `alg` and key ID `id` in its header, at most
  /// `tries_max`. Without an ID, all keys of the algorithm are candidates.
  std::vector<const verify_key*> candidates(algorithm alg,
                                            std::optional<std::string_view> id) const;
  /// Whether a key of any algorithm has this ID.
  bool has_id(std::string_view id) const;

  /// The algorithms with more than `tries_max` keys. Some of these keys are never tried for a token
  /// without kid.
  std::vector<algorithm> crowded() const;

  std::size_t size() const { return keys_.size(); }

 private:
  struct named_key {
    std::string id;
    verify_key key;
  };
  std::vector<named_key> keys_;
};

}  // namespace roost::net::auth
