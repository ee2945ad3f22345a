// All keys of a node: the configured secret, the file's, and those that were fetched.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "net/auth/key_set.hpp"

namespace roost::net::auth {

/// Where keys come from.
enum class key_origin : std::uint8_t { settings, file, url };

/// Owns: the keys of each origin, and all of them as one set. Runs on: any thread. Ends: with the
/// node; a set that is in use lives on with its user.
class key_ring {
 public:
  /// Takes the place of what this origin had; null: it has none any more.
  void put(key_origin from, std::shared_ptr<const key_set> keys);
  /// All keys; never null.
  std::shared_ptr<const key_set> current() const;

 private:
  mutable std::mutex lock_;
  std::array<std::shared_ptr<const key_set>, 3> parts_;
  std::shared_ptr<const key_set> all_ = std::make_shared<const key_set>();
};

}  // namespace roost::net::auth
