#include "net/auth/key_set.hpp"

#include <algorithm>

namespace roost::net::auth {

void key_set::add(const key_set& others) {
  keys_.insert(keys_.end(), others.keys_.begin(), others.keys_.end());
}

std::vector<const verify_key*> key_set::fitting(algorithm what,
                                                std::optional<std::string_view> id) const {
  std::vector<const verify_key*> out;
  for (const auto& [name, key] : keys_) {
    if (out.size() == tries_max) break;
    const bool is_named = !id || name.empty() || name == *id;
    if (is_named && key.what() == what) out.push_back(&key);
  }
  return out;
}

bool key_set::knows(std::string_view id) const {
  return std::ranges::any_of(keys_, [id](const named_key& each) { return each.id == id; });
}

}  // namespace roost::net::auth
