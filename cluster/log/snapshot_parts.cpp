// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/snapshot_parts.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>
#include <utility>

#include "cluster/log/snapshot_key.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster {
namespace {

std::uint64_t checksum_of(const slice& whole) { return siphash<1, 3>::of({}, whole.view()); }

}  // namespace

parted_snapshot message_of(const room_snapshot& whole, snapshot_parts parts) {
  parted_snapshot out;
  auto& beginning = out.beginning;
  beginning.topic = whole.topic;
  beginning.touched_ms = whole.touched_ms;
  beginning.is_empty = whole.is_empty;
  beginning.log = whole.log;
  beginning.covered = whole.covered;
  beginning.epochs = whole.epochs;
  out.parts = std::move(parts);
  return out;
}

std::string part_key(const topic& topic, const part_names& names, std::size_t index) {
  return snapshot_key(topic) + "." + std::to_string(names.ownership) + "-" +
         std::to_string(names.number) + "." + std::to_string(index);
}

std::optional<part_place> part_of_key(std::string_view key) {
  const auto begin = key.find('.');
  if (begin == std::string_view::npos) return std::nullopt;
  auto topic = topic_of_key(key.substr(0, begin));
  if (!topic) return std::nullopt;
  part_place out{std::move(*topic), {}, 0};
  const char* at = key.data() + begin + 1;
  const char* const end = key.data() + key.size();
  const auto read = [&](auto& number) { at = std::from_chars(at, end, number).ptr; };
  read(out.names.ownership);
  if (at != end) ++at;
  read(out.names.number);
  if (at != end) ++at;
  read(out.index);
  if (part_key(out.topic, out.names, out.index) != key) return std::nullopt;
  return out;
}

std::size_t snapshot_parts::bytes() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
}

std::optional<snapshot_parts> parts_of(const slice& whole, std::size_t part_bytes_max) {
  if (whole.size > snapshot_parts_max * part_bytes_max) return std::nullopt;
  snapshot_parts out;
  for (std::size_t at = 0; at < whole.size; at += out.sizes.back()) {
    out.sizes.push_back(
        static_cast<std::uint32_t>(std::min(part_bytes_max, std::size_t{whole.size} - at)));
  }
  out.checksum = checksum_of(whole);
  return out;
}

slice cut_part(const slice& whole, const snapshot_parts& parts, std::size_t index) {
  const auto end = parts.sizes.begin() + static_cast<std::ptrdiff_t>(index);
  const auto before = std::accumulate(parts.sizes.begin(), end, std::uint32_t{0});
  return {whole.whole, whole.begin + before, *end};
}

std::optional<slice> join_parts(const snapshot_parts& parts, const std::vector<slice>& all) {
  const auto has_size = [](const slice& each, std::uint32_t size) { return each.size == size; };
  if (!std::ranges::equal(all, parts.sizes, has_size)) return std::nullopt;
  auto joined = bytes_ptr::make(parts.bytes());
  auto* to = joined->data();
  for (const auto& each : all) {
    std::memcpy(to, each.view().data(), each.size);
    to += each.size;
  }
  auto out = slice::of(std::move(joined));
  if (checksum_of(out) != parts.checksum) return std::nullopt;
  return out;
}

}  // namespace roost::cluster
