// SPDX-License-Identifier: Apache-2.0
// Which parts may follow each other in an export, and which messages they may hold. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/log/store_identity.hpp"
#include "cluster/transfer/export_format.hpp"

namespace roost::cluster {

/// Checks the parts of an export as they are written or read: their order, that each log has no
/// gap, that every message can be read, that each snapshot stands under the key and in the shard of
/// its room, and the totals. Owns: nothing of the parts. Runs on: one thread. Ends: any time.
class export_rules {
 public:
  /// Why the part may not come next, naming its shard, sequence and key; empty: it may.
  std::string problem_with(const export_part& part);
  /// Of the store; unset before its part.
  const std::optional<store_identity>& identity() const { return identity_; }
  /// The shard whose parts come now.
  shard_id shard() const { return shard_.id; }
  /// Of the parts that were checked so far.
  const export_parts::end& totals() const { return totals_; }

 private:
  std::string check(const export_parts::store& part);
  std::string check(const export_parts::shard& part);
  std::string check(const export_parts::log_message& part);
  std::string check(const export_parts::snapshot& part);
  std::string check(const export_parts::end& part);
  bool is_log_complete() const { return next_.value == shard_.last.value + 1; }
  std::string problem_of_room(const export_parts::snapshot& part) const;

  std::optional<store_identity> identity_;
  std::uint32_t shards_begun_ = 0;
  export_parts::shard shard_;
  sequence next_{1};        // of the log message that must come next
  std::string last_key_;    // of the newest snapshot part
  sequence last_snapshot_;  // the greatest that a snapshot may have
  export_parts::end totals_;
};

}  // namespace roost::cluster
