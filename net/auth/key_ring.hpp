// SPDX-License-Identifier: Apache-2.0
// All keys of a node: the configured secret, the key file, and the fetched JWK Set.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "net/auth/key_set.hpp"

namespace roost::net::auth {

/// The source of a set of keys.
enum class key_origin : std::uint8_t { settings, file, url };

/// Merges the keys of all origins into one immutable set, which readers share (copy-on-write).
/// Owns: the keys of each origin and the merged set. Runs on: any thread. Ends: with the node; a
/// set that a reader holds stays alive until the reader drops it.
class key_ring {
 public:
  /// Replaces the keys of this origin; null removes them.
  void put(key_origin from, std::shared_ptr<const key_set> keys);
  /// The merged set; never null.
  std::shared_ptr<const key_set> current() const;

 private:
  mutable std::mutex lock_;
  std::array<std::shared_ptr<const key_set>, 3> parts_;
  std::shared_ptr<const key_set> all_ = std::make_shared<const key_set>();
};

}  // namespace roost::net::auth
