// How large the frames become that carry a payload.
#pragma once

#include <cstdint>

namespace roost {

/// Topic, event, join_ref and ref of 255 bytes each, every one of them escaped and quoted, what
/// stands between them (keys, a position, the header of the frame), and the sender's reply, which
/// waits before its own broadcast.
inline constexpr std::uint64_t envelope_bytes_max = 5 * (2 * 255 + 2) + 512;

/// The largest frame that carries `payload_bytes` to a client: V1 clients get bytes as base64.
constexpr std::uint64_t frame_bytes_for(std::uint64_t payload_bytes) {
  return (payload_bytes + 2) / 3 * 4 + envelope_bytes_max;
}

/// The largest payload that fits into such a frame of `frame_bytes`.
constexpr std::uint64_t payload_bytes_for(std::uint64_t frame_bytes) {
  return frame_bytes < envelope_bytes_max ? 0 : (frame_bytes - envelope_bytes_max) / 4 * 3;
}

static_assert(frame_bytes_for(payload_bytes_for(1'000'000)) <= 1'000'000);

}  // namespace roost
