#include "actors/connection/user_directory.hpp"

#include <utility>

namespace roost::actors {

user_directory::admission user_directory::add(const std::string& user, connection_id link,
                                              caf::actor who, std::uint32_t most, bool evicts) {
  auto& home = shard_of(user);
  std::lock_guard guard(home.lock);
  auto& all = home.users[user];
  admission out;
  if (most != 0 && all.size() >= most) {
    if (!evicts) return {false, {}};
    while (all.size() >= most) {
      auto& oldest = *all.oldest();
      out.evicted.push_back(oldest.who);
      all.erase(oldest);
    }
  }
  all.add({link, std::move(who)});
  return out;
}

void user_directory::remove(const std::string& user, connection_id link) {
  auto& home = shard_of(user);
  std::lock_guard guard(home.lock);
  const auto it = home.users.find(user);
  if (it == home.users.end()) return;
  if (auto* found = it->second.find(link.value)) it->second.erase(*found);
  if (it->second.empty()) home.users.erase(it);
}

std::vector<caf::actor> user_directory::of(const std::string& user) const {
  const auto& home = shard_of(user);
  std::lock_guard guard(home.lock);
  std::vector<caf::actor> out;
  if (const auto it = home.users.find(user); it != home.users.end()) {
    out.reserve(it->second.size());
    it->second.each([&out](const entry& each) { out.push_back(each.who); });
  }
  return out;
}

std::size_t user_directory::count(const std::string& user) const {
  const auto& home = shard_of(user);
  std::lock_guard guard(home.lock);
  const auto it = home.users.find(user);
  return it == home.users.end() ? 0 : it->second.size();
}

}  // namespace roost::actors
