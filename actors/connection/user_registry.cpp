// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/user_registry.hpp"

#include <utility>

namespace roost::actors {

user_registry::admission_result user_registry::add(const std::string& user, connection_id id,
                                                   caf::actor connection, std::uint32_t max,
                                                   bool evicts) {
  auto& home = stripe_of(user);
  std::lock_guard guard(home.lock);
  auto& all = home.users[user];
  admission_result out;
  if (max != 0 && all.size() >= max) {
    if (!evicts) return {false, {}};
    while (all.size() >= max) {
      auto& oldest = *all.oldest();
      out.evicted.push_back(oldest.connection);
      all.erase(oldest);
    }
  }
  all.add({id, std::move(connection)});
  return out;
}

void user_registry::remove(const std::string& user, connection_id id) {
  auto& home = stripe_of(user);
  std::lock_guard guard(home.lock);
  const auto it = home.users.find(user);
  if (it == home.users.end()) return;
  if (auto* found = it->second.find(id.value)) it->second.erase(*found);
  if (it->second.empty()) home.users.erase(it);
}

std::vector<caf::actor> user_registry::of(const std::string& user) const {
  const auto& home = stripe_of(user);
  std::lock_guard guard(home.lock);
  std::vector<caf::actor> out;
  if (const auto it = home.users.find(user); it != home.users.end()) {
    out.reserve(it->second.size());
    it->second.each([&out](const entry& each) { out.push_back(each.connection); });
  }
  return out;
}

std::size_t user_registry::count(const std::string& user) const {
  const auto& home = stripe_of(user);
  std::lock_guard guard(home.lock);
  const auto it = home.users.find(user);
  return it == home.users.end() ? 0 : it->second.size();
}

}  // namespace roost::actors
