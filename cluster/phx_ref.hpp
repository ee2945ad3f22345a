// SPDX-License-Identifier: Apache-2.0
// The number of a member's presence ref, which does not depend on the room's owner. Pure.
#pragma once

#include <cstdint>

#include "cluster/command_id.hpp"

namespace roost::cluster {

/// The ref that a join or a change of meta gives its member, never 0. Edge and owner compute it
/// from the command, so that each later owner shows the same one. Almost certainly unique among the
/// members of a node: the bits of incarnation and number are mixed (splitmix64).
constexpr std::uint64_t phx_ref_of(const command_id& cause) {
  auto z = cause.edge.incarnation * 0x9E3779B97F4A7C15 + cause.number;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
  z ^= z >> 31U;
  return z == 0 ? 1 : z;
}

}  // namespace roost::cluster
