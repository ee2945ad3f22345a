// The hash of every table whose keys a client can name, and of the placement of topics on loops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/siphash.hpp"

namespace roost {

/// From the system's random source. Throws std::system_error where there is none.
siphash_key random_hash_key();

/// The process's key, drawn at its first use. It never leaves the process: with a key that clients
/// do not know they cannot choose names that share a bucket or a loop (hash flooding).
const siphash_key& process_hash_key();

/// Another key from now on, for a test or a simulation that must be the same in each run. Call it
/// before the process hashes anything and before it starts threads: tables do not move their keys.
void fix_process_hash_key(const siphash_key& key);

/// SipHash-1-3 under the process's key. Two rounds fewer than the cautious SipHash-2-4 suffice for
/// tables (Rust's and Python's use it too): an attacker sees no hash, only time.
/// Not noexcept, so that libstdc++ keeps the hash in each node and a look-up hashes once.
struct keyed_hash {
  using is_transparent = void;
  using is_avalanching = void;  // for Boost: every bit of the hash is good
  std::size_t operator()(std::string_view text) const {
    return siphash<1, 3>::of(process_hash_key(), text);
  }
  std::size_t operator()(std::uint64_t number) const {
    return siphash<1, 3>::of(process_hash_key(), number);
  }
};

}  // namespace roost
