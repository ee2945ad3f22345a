// SPDX-License-Identifier: Apache-2.0
// Strong id types: the compiler rejects an id of one kind where another kind is expected.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/keyed_hash.hpp"

namespace roost {

/// A number of one kind. `Tag` only makes the type distinct.
template <class Tag, class Rep = std::uint64_t>
struct strong_id {
  Rep value{};
  constexpr strong_id() = default;
  constexpr explicit strong_id(Rep v) : value(v) {}
  friend constexpr auto operator<=>(const strong_id&, const strong_id&) = default;
};

/// Index of a loop (one thread) in its node: 0 .. loops-1.
using loop_id = strong_id<struct loop_id_tag, std::uint16_t>;

/// One client connection on this node: the upper 16 bits are the index of its loop, the lower 48
/// bits a serial number of that loop. Never reused while the process runs. 0: none.
using connection_id = strong_id<struct connection_id_tag>;

/// One server process; a new id at each start.
using node_id = strong_id<struct node_id_tag>;

/// Number of an event in one room: 1, 2, 3, ... without gaps. 0: before the first event.
using offset = strong_id<struct offset_tag>;

/// The epoch of a room: an ownership of its shard, and how often the room has crashed in it.
/// Compared in this order. Clients see it only as an opaque string.
struct epoch {
  std::uint64_t ownership = 0;
  std::uint32_t crashes = 0;
  friend constexpr auto operator<=>(const epoch&, const epoch&) = default;
};

constexpr connection_id make_connection_id(loop_id loop, std::uint64_t serial) {
  return connection_id{(static_cast<std::uint64_t>(loop.value) << 48) | serial};
}
constexpr loop_id loop_of(connection_id id) {
  return loop_id{static_cast<std::uint16_t>(id.value >> 48)};
}

/// The name of a room, for example "room:42": at most 255 bytes of UTF-8 without control
/// characters. The constructor does not check that; code that takes a name from input must.
struct topic {
  std::string name;
  topic() = default;
  explicit topic(std::string_view n) : name(n) {}
  friend bool operator==(const topic&, const topic&) = default;
  friend auto operator<=>(const topic&, const topic&) = default;
};

/// Maximum bytes of a topic, an event name or a ref (docs/protocol.md, "Limits").
inline constexpr std::size_t name_bytes_max = 255;

}  // namespace roost

template <class Tag, class Rep>
struct std::hash<roost::strong_id<Tag, Rep>> {
  std::size_t operator()(const roost::strong_id<Tag, Rep>& id) const noexcept {
    return roost::keyed_hash{}(std::uint64_t{id.value});
  }
};
template <>
struct std::hash<roost::topic> {
  std::size_t operator()(const roost::topic& t) const { return roost::keyed_hash{}(t.name); }
};
