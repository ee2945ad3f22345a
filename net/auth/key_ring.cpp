// SPDX-License-Identifier: Apache-2.0
#include "net/auth/key_ring.hpp"

#include <cstddef>
#include <utility>

namespace roost::net::auth {

void key_ring::put(key_origin from, std::shared_ptr<const key_set> keys) {
  const std::lock_guard held{lock_};
  parts_[static_cast<std::size_t>(from)] = std::move(keys);
  auto all = std::make_shared<key_set>();
  for (const auto& part : parts_) {
    if (part) all->add(*part);
  }
  all_ = std::move(all);
}

std::shared_ptr<const key_set> key_ring::current() const {
  const std::lock_guard held{lock_};
  return all_;
}

}  // namespace roost::net::auth
