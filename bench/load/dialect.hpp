// SPDX-License-Identifier: Apache-2.0
// Builds the frames that the load client sends: Phoenix V2 for Roost, a minimal protocol for the
// baseline server. Both servers answer with the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::bench {

enum class dialect : std::uint8_t { phoenix, bare };

/// The answer to a push: a reply and a broadcast, or only a reply.
enum class push_kind : std::uint8_t { broadcast, echo };

constexpr std::size_t delivery_payload_bytes = 130;  ///< + 4 bytes of header = 134 on the wire
constexpr std::size_t ref_digits = 8;
constexpr std::size_t stamp_digits = 16;

/// A complete frame with a push; its ref and time stamp are patched in place before each send.
/// Owns: its bytes. Runs on: one thread. Ends: with its scenario.
class push_frame {
 public:
  push_frame(dialect protocol, push_kind kind, unsigned room);
  std::string_view stamped(std::uint64_t ref, std::uint64_t stamp);

 private:
  std::string bytes_;
  std::size_t ref_at_ = 0;
  std::size_t stamp_at_ = 0;
};

/// Reads the time stamp of a delivery, at a fixed distance from the end; 0 if it is too short.
std::uint64_t stamp_of(std::string_view delivery);

std::string topic_of(push_kind kind, unsigned room);
std::string join_frame(dialect protocol, push_kind kind, unsigned room);
/// Only Phoenix has one.
std::string leave_frame(push_kind kind, unsigned room);
std::string upgrade_request();
bool is_accepted(std::string_view http_head);
/// A text frame with a zero mask: its payload can be patched in place without masking it again, and
/// the server still does the work of unmasking.
std::string client_frame(std::string_view text);

}  // namespace roost::bench
