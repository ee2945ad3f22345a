// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/subjects.hpp"

#include <algorithm>

namespace roost::cluster {
namespace {

/// Stands for `.` in a key, so that a key is one token of a subject: `.` at its end, or twice,
/// would be invalid. No key has it.
constexpr char dot = '%';

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
  if (key.empty() || !std::ranges::all_of(key, is_of_key)) return {};
  auto out = prefix(shard) + std::string(key);
  std::replace(out.end() - static_cast<std::ptrdiff_t>(key.size()), out.end(), '.', dot);
  return out;
}

std::optional<std::string> subjects::key_of(shard_id shard, std::string_view subject) const {
  const auto before = prefix(shard);
  if (!subject.starts_with(before)) return {};
  std::string out(subject.substr(before.size()));
  std::ranges::replace(out, dot, '.');
  return out;
}

}  // namespace roost::cluster
