// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/server_version.hpp"

#include <charconv>

namespace roost::cluster {

std::optional<server_version> read_server_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  server_version out;
  for (auto& number : out.numbers) {
    const bool is_first = &number == out.numbers.data();
    if (!is_first && !text.starts_with('.')) return {};
    if (!is_first) text.remove_prefix(1);
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{}) return {};
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  }
  if (!text.empty() && text.front() != '-' && text.front() != '+') return {};
  out.is_final = !text.starts_with('-');
  return out;
}

std::string text_of(const server_version& version) {
  const auto& [first, second, third] = version.numbers;
  return std::to_string(first) + '.' + std::to_string(second) + '.' + std::to_string(third);
}

version_need oldest_server_for(std::uint32_t replicas, bool requires_sync) {
  if (requires_sync) return {{{2, 14, 6}}, "cluster.require_sync"};
  const auto by = "cluster.replicas " + std::to_string(replicas);
  if (replicas > 1) return {{{2, 14, 3}}, by};
  return {{{2, 10, 27}}, by};
}

std::string refusal_of(std::string_view version, const version_need& need) {
  if (need.by.empty()) return {};
  const auto found = read_server_version(version);
  if (found && *found >= need.oldest) return {};
  return "has version " + (version.empty() ? "unknown" : std::string(version)) + ", but " +
         need.by + " needs " + text_of(need.oldest) + " or newer";
}

}  // namespace roost::cluster
