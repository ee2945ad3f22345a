// SPDX-License-Identifier: Apache-2.0
#include "config/load/store_checks.hpp"

#include <cstdint>
namespace roost {
namespace {

/// Bound of a record without its payload and idempotency value: names, user, answers.
constexpr std::uint64_t record_rest_bytes = 64 * 1024;
/// Bound of a message in the log of a shard, as cluster::wire::log_entry_bytes_max.
constexpr std::uint64_t log_message_bytes_max = 576 * 1024;
/// Bound of a snapshot: the store takes 8 MiB; 1 MiB is for epochs, answers and handler state.
constexpr std::uint64_t snapshot_bytes_max = 7 * 1024 * 1024;
/// Bound of a receipt: user and position.
constexpr std::uint64_t receipt_bytes = 320;

std::string quoted(room_durability durability) {
  return "\"" + std::string{name_of(durability)} + "\"";
}

/// An idempotency value is stored beside the payload that contains it and may be as large.
void check_stored_event(const settings& all, std::size_t i, std::vector<problem>& problems) {
  const auto& rule = all.rooms[i];
  constexpr auto one = log_message_bytes_max - record_rest_bytes;
  const auto max = rule.idempotency_field.empty() ? one : one / 2;
  if (all.limits.payload_bytes_max <= max) return;
  problems.push_back({"limits.payload_bytes_max",
                      "is " + std::to_string(all.limits.payload_bytes_max) + ", must be at most " +
                          std::to_string(max) + ", because rooms[" + std::to_string(i) +
                          "].durability is " + quoted(rule.durability) +
                          (rule.idempotency_field.empty()
                               ? ""
                               : " and a stored event repeats the value of idempotency_field")});
}

void check_snapshot(const room_rule& rule, const std::string& at, std::vector<problem>& problems) {
  const auto bytes = std::uint64_t{rule.history.bytes_max} +
                     (rule.idempotency_field.empty() ? 0 : rule.idempotency_bytes_max) +
                     receipt_bytes * rule.receipts.users_max;
  if (bytes <= snapshot_bytes_max) return;
  problems.push_back({at + "history.bytes_max",
                      "is " + std::to_string(rule.history.bytes_max) + ", but a snapshot of a " +
                          "durable room must have at most " + std::to_string(snapshot_bytes_max) +
                          " bytes: this, idempotency_bytes_max, and " +
                          std::to_string(receipt_bytes) + " for each of receipts.users_max"});
}

}  // namespace

void check_store(const settings& all, const std::vector<problem>& read,
                 std::vector<problem>& problems, std::vector<std::string>& warnings) {
  const bool checks_payload = !is_faulty("limits.payload_bytes_max", read);
  bool has_problem = false;
  for (std::size_t i = 0; i < all.rooms.size(); ++i) {
    const auto& rule = all.rooms[i];
    if (rule.durability == room_durability::memory) continue;
    const auto at = "rooms[" + std::to_string(i) + "].";
    if (all.store.path.empty() && all.cluster.nats.empty()) {
      warnings.push_back(
          at + "durability: is " + quoted(rule.durability) +
          ", but without store.path or cluster.nats every room is in memory: nothing is "
          "stored");
      continue;
    }
    const auto before = problems.size();
    if (checks_payload && !has_problem) check_stored_event(all, i, problems);
    has_problem = has_problem || problems.size() > before;
    if (!is_faulty(at + "history.bytes_max", read)) check_snapshot(rule, at, problems);
  }
}

}  // namespace roost
