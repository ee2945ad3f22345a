// SPDX-License-Identifier: Apache-2.0
#include "actors/node/store_text.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace roost::actors {
namespace {

using cluster::shard_totals;
using cluster::store_check;
using cluster::store_finding;

/// "1 room", "2 rooms".
std::string count_of(std::uint64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// A time as RFC 3339 writes it; "-" without one.
std::string time_text(std::optional<std::int64_t> unix_ms) {
  if (!unix_ms) return "-";
  const auto seconds = static_cast<std::time_t>(*unix_ms / 1000);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "-";
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string place_of(const store_finding& found) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (found.shard) add("shard " + std::to_string(found.shard->value));
  if (found.at.value > 0) add("sequence " + std::to_string(found.at.value));
  if (!found.snapshot.empty()) add("snapshot " + found.snapshot);
  if (!found.room.empty()) add("room " + found.room);
  return out.empty() ? "file" : out;
}

shard_totals sum_of(const store_check& checked) {
  shard_totals out;
  for (const auto& each : checked.shards) {
    out.rooms += each.rooms;
    out.records += each.records;
    out.snapshots += each.snapshots;
    out.orphaned_parts += each.orphaned_parts;
  }
  return out;
}

nlohmann::ordered_json json_of(const shard_totals& shard) {
  nlohmann::ordered_json out{{"shard", shard.shard.value},
                             {"rooms", shard.rooms},
                             {"records", shard.records},
                             {"snapshots", shard.snapshots},
                             {"snapshot_parts", shard.parts},
                             {"orphaned_parts", shard.orphaned_parts},
                             {"log_bytes", shard.log_bytes},
                             {"snapshot_bytes", shard.snapshot_bytes},
                             {"first_sequence", shard.first.value},
                             {"last_sequence", shard.last.value}};
  out["oldest_record_ms"] = nullptr;
  if (shard.oldest_ms) out["oldest_record_ms"] = *shard.oldest_ms;
  return out;
}

nlohmann::ordered_json json_of(const store_finding& found) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  if (found.shard) out["shard"] = found.shard->value;
  if (found.at.value > 0) out["sequence"] = found.at.value;
  if (!found.snapshot.empty()) out["snapshot"] = found.snapshot;
  if (!found.room.empty()) out["room"] = found.room;
  out["problem"] = found.text;
  return out;
}

}  // namespace

std::string table_text(const std::string& folder, const store_check& checked) {
  std::ostringstream out;
  out << folder << ": version " << checked.version;
  if (checked.identity) out << ", " << count_of(checked.identity->shards, "shard");
  out << ", " << count_of(checked.file_bytes, "byte") << '\n';
  if (checked.shards.empty()) return out.str();
  out << "shard     rooms    records         bytes  last sequence  oldest record\n";
  for (const auto& each : checked.shards) {
    out << std::setw(5) << each.shard.value << std::setw(10) << each.rooms << std::setw(11)
        << each.records << std::setw(14) << each.log_bytes + each.snapshot_bytes << std::setw(15)
        << each.last.value << "  " << time_text(each.oldest_ms) << '\n';
  }
  return out.str();
}

std::string findings_text(const store_check& checked) {
  std::string out;
  for (const auto& each : checked.found.all()) out += place_of(each) + ": " + each.text + '\n';
  if (checked.found.more() > 0) out += "and " + std::to_string(checked.found.more()) + " more\n";
  return out;
}

std::string summary_text(const std::string& folder, const store_check& checked) {
  const auto sum = sum_of(checked);
  const auto problems = checked.found.count();
  return folder + ": " + count_of(sum.rooms, "room") + ", " + count_of(sum.records, "record") +
         ", " + count_of(sum.snapshots, "snapshot") +
         (sum.orphaned_parts > 0 ? ", " + count_of(sum.orphaned_parts, "orphaned part") : "") +
         ": " + (problems == 0 ? "no problems" : count_of(problems, "problem")) + '\n';
}

std::string json_text(const std::string& folder, const store_check& checked) {
  nlohmann::ordered_json out{{"path", folder},
                             {"version", checked.version},
                             {"file_bytes", checked.file_bytes},
                             {"shards", nlohmann::ordered_json::array()},
                             {"problems", nlohmann::ordered_json::array()},
                             {"problems_count", checked.found.count()}};
  for (const auto& each : checked.shards) out["shards"].push_back(json_of(each));
  for (const auto& each : checked.found.all()) out["problems"].push_back(json_of(each));
  // A damaged key may be no UTF-8.
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string transfer_text(std::string_view done, const cluster::transfer_totals& totals,
                          const std::string& from, const std::string& to) {
  return "roost: " + std::string(done) + " " + count_of(totals.shards, "shard") + ", " +
         count_of(totals.log_messages, "log message") + " and " +
         count_of(totals.snapshots, "snapshot") + " (" + count_of(totals.bytes, "byte") +
         ") from " + from + " to " + to + '\n';
}

}  // namespace roost::actors
