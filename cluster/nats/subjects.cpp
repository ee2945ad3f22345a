// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/subjects.hpp"

#include <algorithm>
#include <charconv>

namespace roost::cluster {
namespace {

bool is_letter_or_digit(char each) {
  return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
         (each >= '0' && each <= '9') || each == '_' || each == '-';
}

bool is_of_key(char each) {
  return is_letter_or_digit(each) || each == ':' || each == '=' || each == '.' || each == '$';
}

}  // namespace

result<subjects> subjects::of(std::string_view cluster) {
  if (!cluster.empty() && cluster.size() <= name_bytes_max &&
      std::ranges::all_of(cluster, is_letter_or_digit)) {
    return subjects(cluster);
  }
  return error{
      errc::bad_setting,
      "the name of a cluster is 1 to 32 letters, digits, _ and -, not " + std::string(cluster)};
}

std::optional<std::string> subjects::snapshot(shard_id shard, std::string_view key) const {
  const bool is_whole = !key.empty() && key.front() != '.' && key.back() != '.' &&
                        key.find("..") == std::string_view::npos;
  if (!is_whole || !std::ranges::all_of(key, is_of_key)) return {};
  return prefix(shard) + std::string(key);
}

std::optional<std::string> subjects::key_of(shard_id shard, std::string_view subject) const {
  const auto before = prefix(shard);
  if (!subject.starts_with(before)) return {};
  return std::string(subject.substr(before.size()));
}

std::optional<node_id> subjects::sender_of(std::string_view heartbeat_subject) const {
  const auto before = heartbeats() + ".";
  if (!heartbeat_subject.starts_with(before)) return {};
  const auto number = heartbeat_subject.substr(before.size());
  node_id out;
  std::from_chars(number.data(), number.data() + number.size(), out.value);
  // Only as heartbeats_of() writes it.
  if (heartbeat_subject != heartbeats_of(out)) return {};
  return out;
}

}  // namespace roost::cluster
