// SPDX-License-Identifier: Apache-2.0
// Upper bounds for the size of the frame that carries a payload. Pure.
#pragma once

#include <cstdint>

namespace roost {

/// Upper bound for all bytes of a frame except the payload: topic, event, join_ref and ref (255
/// bytes each, all escaped, with quotes), the keys, position and frame header between them, and
/// the sender's reply, which waits in the outbox before the broadcast.
inline constexpr std::uint64_t envelope_bytes_max = 5 * (2 * 255 + 2) + 512;

/// Upper bound for a frame with `payload_bytes`. V1 clients get binary payloads as base64.
constexpr std::uint64_t frame_bytes_for(std::uint64_t payload_bytes) {
  return (payload_bytes + 2) / 3 * 4 + envelope_bytes_max;
}

/// The largest payload that always fits into a frame of `frame_bytes`; the inverse of the above.
constexpr std::uint64_t payload_bytes_for(std::uint64_t frame_bytes) {
  return frame_bytes < envelope_bytes_max ? 0 : (frame_bytes - envelope_bytes_max) / 4 * 3;
}

static_assert(frame_bytes_for(payload_bytes_for(1'000'000)) <= 1'000'000);

}  // namespace roost
