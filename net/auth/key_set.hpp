// The keys that tokens may be signed with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/auth/verify_key.hpp"

namespace roost::net::auth {

/// Keys by name and algorithm.
/// Owns: its keys. Runs on: any thread once it is filled. Ends: with whoever holds it.
class key_set {
 public:
  /// So many keys are tried on one token; a token costs no more, whatever it says.
  static constexpr std::size_t tries_max = 8;

  /// `id` as `kid` names it; empty: the key answers to any name.
  void add(std::string id, verify_key key) { keys_.push_back({std::move(id), std::move(key)}); }
  void add(const key_set& others);

  /// The keys that can have signed a token with `what` and `id` in its header; without an id all of
  /// that algorithm, the first `tries_max` of them.
  std::vector<const verify_key*> fitting(algorithm what, std::optional<std::string_view> id) const;
  /// Whether a key of any algorithm has this name.
  bool knows(std::string_view id) const;

  /// The algorithms that have more keys than are tried on a token that names none.
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
