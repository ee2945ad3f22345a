// SPDX-License-Identifier: Apache-2.0
// The memory that a command takes while it waits. Pure.
#pragma once

#include <cstddef>
#include <variant>

#include "cluster/command.hpp"

namespace roost::actors {

inline std::size_t command_bytes(const cluster::commands::attach::member& member) {
  return sizeof member + member.user.size() + member.meta.data.size;
}

/// An estimate that is never much below the size of the encoded command.
inline std::size_t command_bytes(const cluster::command& command) {
  auto out = sizeof command + command.topic.name.size();
  std::visit(
      [&out](const auto& kind) {
        if constexpr (requires { kind.payload; }) out += kind.payload.data.size;
        if constexpr (requires { kind.meta; }) out += kind.meta.data.size;
        if constexpr (requires { kind.members; }) {
          for (const auto& each : kind.members) out += command_bytes(each);
          out += kind.undecided.size() * sizeof(connection_id);
        }
      },
      command.body);
  return out;
}

}  // namespace roost::actors
