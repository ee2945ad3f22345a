// SPDX-License-Identifier: Apache-2.0
// Settings whose value is one of a fixed list: each is an enum with a list of its texts.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "config/telemetry/log.hpp"

namespace roost {

/// sockets[].auth: how a mount treats tokens.
enum class token_use : std::uint8_t {
  none,      ///< ignored
  optional,  ///< a token is not needed, but must be valid if one is sent
  required,  ///< every message is refused until the client has sent a valid token
};

/// rooms[].kind: the behaviour of a room; each has its handler in actors/room/kinds.
enum class room_kind : std::uint8_t { relay };

/// rooms[].durability: the data that survives a crash.
enum class room_durability : std::uint8_t { event, snapshot, memory };

/// rooms[].presence.mode: the presence data that members receive about each other.
enum class presence_mode : std::uint8_t { full, count, off };

/// limits.connections_per_user.over: the connection that is closed or refused at the limit.
enum class over_limit : std::uint8_t { refuse, evict_oldest };

/// store.sync: the stored data that a power cut can lose. The end of the process loses nothing,
/// even by kill -9.
enum class store_sync : std::uint8_t {
  always,    ///< nothing: every commit is synced to disk before its answer
  interval,  ///< the writes of about the last second, newest first
};

/// The texts of an enum, in the order of its values. Specialized for each setting.
template <class Enum>
struct choice_names;

template <>
struct choice_names<log_level> {
  static constexpr std::array<std::string_view, 4> all{"debug", "info", "warning", "error"};
};
template <>
struct choice_names<log_format> {
  static constexpr std::array<std::string_view, 2> all{"json", "text"};
};
template <>
struct choice_names<token_use> {
  static constexpr std::array<std::string_view, 3> all{"none", "optional", "required"};
};
template <>
struct choice_names<room_kind> {
  static constexpr std::array<std::string_view, 1> all{"relay"};
};
template <>
struct choice_names<room_durability> {
  static constexpr std::array<std::string_view, 3> all{"event", "snapshot", "memory"};
};
template <>
struct choice_names<presence_mode> {
  static constexpr std::array<std::string_view, 3> all{"full", "count", "off"};
};
template <>
struct choice_names<over_limit> {
  static constexpr std::array<std::string_view, 2> all{"refuse", "evict_oldest"};
};

template <>
struct choice_names<store_sync> {
  static constexpr std::array<std::string_view, 2> all{"always", "interval"};
};

template <class Enum>
concept setting_choice = requires {
  choice_names<Enum>::all;
};

template <setting_choice Enum>
constexpr std::string_view name_of(Enum value) {
  return choice_names<Enum>::all[static_cast<std::size_t>(value)];
}

/// Returns nullopt if no value has this text.
template <setting_choice Enum>
constexpr std::optional<Enum> choice_of(std::string_view text) {
  constexpr auto& all = choice_names<Enum>::all;
  const auto* const found = std::ranges::find(all, text);
  if (found == all.end()) return std::nullopt;
  return static_cast<Enum>(found - all.begin());
}

}  // namespace roost
