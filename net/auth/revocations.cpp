// SPDX-License-Identifier: Apache-2.0
#include "net/auth/revocations.hpp"

#include <algorithm>
#include <utility>

namespace roost::net::auth {

bool revocations::add(const revocation& added, std::int64_t now_ms) {
  if (added.id.empty() || added.id.size() > claim_bytes_max || added.until_ms <= now_ms)
    return false;
  remove_expired(now_ms);
  const name key{added.kind, added.id};
  times wanted{added.before_ms, added.until_ms};
  if (const auto it = entries_.find(key); it != entries_.end()) {
    wanted.before_ms = std::max(wanted.before_ms, it->second.before_ms);
    wanted.until_ms = std::max(wanted.until_ms, it->second.until_ms);
    by_end_.erase({it->second.until_ms, key});
  }
  entries_[key] = wanted;
  by_end_.emplace(wanted.until_ms, key);
  if (entries_.size() > entries_max_) evict_next_to_expire();
  return entries_.contains(key);
}

bool revocations::is_revoked(const token_claims& token, std::int64_t now_ms) const {
  if (!token.token_id.empty() && find(revocation_kind::token, token.token_id, now_ms)) return true;
  const auto* user = find(revocation_kind::user, token.user, now_ms);
  return user &&
         (!token.issued_ms || whole_seconds(*token.issued_ms) < whole_seconds(user->before_ms));
}

void revocations::remove_expired(std::int64_t now_ms) {
  while (!by_end_.empty() && by_end_.begin()->first <= now_ms) {
    entries_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
}

const revocations::times* revocations::find(revocation_kind kind, const std::string& id,
                                            std::int64_t now_ms) const {
  const auto it = entries_.find(name{kind, id});
  return it != entries_.end() && now_ms < it->second.until_ms ? &it->second : nullptr;
}

void revocations::evict_next_to_expire() {
  entries_.erase(by_end_.begin()->second);
  by_end_.erase(by_end_.begin());
  ++dropped_;
}

}  // namespace roost::net::auth
