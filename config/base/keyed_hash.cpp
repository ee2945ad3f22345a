// SPDX-License-Identifier: Apache-2.0
#include "config/base/keyed_hash.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace roost {
namespace {

siphash_key& key_in_use() {
  static siphash_key value = random_hash_key();
  return value;
}

}  // namespace

siphash_key random_hash_key() {
  siphash_key out;
  if (::getentropy(&out, sizeof out) != 0) {
    throw std::system_error(errno, std::generic_category(), "getentropy");
  }
  return out;
}

const siphash_key& process_hash_key() { return key_in_use(); }

void fix_process_hash_key(const siphash_key& key) { key_in_use() = key; }

}  // namespace roost
