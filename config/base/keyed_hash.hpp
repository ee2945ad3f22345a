// SPDX-License-Identifier: Apache-2.0
// A keyed hash for tables whose keys clients choose, and for mapping topics to loops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/siphash.hpp"

namespace roost {

/// A key from the system's random source. Throws std::system_error if that fails.
siphash_key random_hash_key();

/// The key of this process, random, created at first use. It must stay secret: clients that knew it
/// could choose names that all share one bucket or one loop (hash flooding).
const siphash_key& process_hash_key();

/// Replaces the key, for tests and simulations that must be deterministic. Call it before the
/// process hashes anything and before it starts threads: existing tables do not rehash.
void fix_process_hash_key(const siphash_key& key);

/// SipHash-1-3 with the key of this process. It has fewer rounds than SipHash-2-4, which is enough
/// for hash tables (Rust and Python use it too): an attacker sees timing, never a hash.
/// Not noexcept, so that libstdc++ caches the hash in each node and does not compute it again.
struct keyed_hash {
  using is_transparent = void;
  using is_avalanching = void;  // tells Boost that the hash needs no further mixing
  std::size_t operator()(std::string_view text) const {
    return siphash<1, 3>::of(process_hash_key(), text);
  }
  std::size_t operator()(std::uint64_t number) const {
    return siphash<1, 3>::of(process_hash_key(), number);
  }
};

}  // namespace roost
