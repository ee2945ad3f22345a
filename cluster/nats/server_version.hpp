// SPDX-License-Identifier: Apache-2.0
// Versions of nats-server, and which of them Roost works with. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::cluster {

struct server_version {
  std::array<std::uint32_t, 3> numbers{};
  bool is_final = true;  ///< false: of a version before this one, such as 2.14.0-RC.1
  friend auto operator<=>(const server_version&, const server_version&) = default;
};

/// Reads "2.10.27", "v2.10.27", "2.14.3-beta" or "2.12.0+build".
std::optional<server_version> read_server_version(std::string_view text);
std::string text_of(const server_version& version);

/// The oldest version that will do, and the setting that needs it. Empty: every version will do.
struct version_need {
  server_version oldest{};
  std::string by{};
};

/// JetStream of one replica is sound from 2.10.27 on, that of several from 2.14.3 on, and the sync
/// before each answer from 2.14.6 on.
version_need oldest_server_for(std::uint32_t replicas, bool requires_sync);

/// Continues a sentence that begins with the server. Empty: it will do.
std::string refusal_of(std::string_view version, const version_need& need);

}  // namespace roost::cluster
