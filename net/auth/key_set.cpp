// SPDX-License-Identifier: Apache-2.0
#include "net/auth/key_set.hpp"

#include <algorithm>

namespace roost::net::auth {

void key_set::add(const key_set& others) {
  keys_.insert(keys_.end(), others.keys_.begin(), others.keys_.end());
}

std::vector<const verify_key*> key_set::candidates(algorithm alg,
                                                   std::optional<std::string_view> id) const {
  std::vector<const verify_key*> out;
  for (const auto& [name, key] : keys_) {
    if (out.size() == tries_max) break;
    const bool is_named = !id || name.empty() || name == *id;
    if (is_named && key.alg() == alg) out.push_back(&key);
  }
  return out;
}

std::vector<algorithm> key_set::crowded() const {
  std::vector<algorithm> out;
  for (const auto alg : {algorithm::hs256, algorithm::rs256, algorithm::es256, algorithm::eddsa}) {
    const auto has_algorithm = [alg](const named_key& each) { return each.key.alg() == alg; };
    const auto count = std::ranges::count_if(keys_, has_algorithm);
    if (count > static_cast<std::ptrdiff_t>(tries_max)) out.push_back(alg);
  }
  return out;
}

bool key_set::has_id(std::string_view id) const {
  return std::ranges::any_of(keys_, [id](const named_key& each) { return each.id == id; });
}

}  // namespace roost::net::auth
