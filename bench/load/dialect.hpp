// What the client sends, built once: Phoenix V2 to Roost, a bare protocol of our own to the
// baseline. The answers are the same bytes in both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::bench {

enum class dialect : std::uint8_t { phoenix, bare };

/// How a push is answered: reply and broadcast, or the reply alone.
enum class push_kind : std::uint8_t { broadcast, echo };

constexpr std::size_t delivery_payload_bytes = 130;  ///< + 4 bytes of header = 134 on the wire
constexpr std::size_t ref_digits = 8;
constexpr std::size_t stamp_digits = 16;

/// A whole client frame whose reference and time stamp are patched before each send.
/// Owns its bytes. Runs on one thread. Ends with its scenario.
class push_frame {
 public:
  push_frame(dialect how, push_kind kind, unsigned room);
  std::string_view stamped(std::uint64_t ref, std::uint64_t stamp);

 private:
  std::string bytes_;
  std::size_t ref_at_ = 0;
  std::size_t stamp_at_ = 0;
};

/// The stamp of a delivery; it stands at a fixed distance from the end.
std::uint64_t stamp_of(std::string_view delivery);

std::string topic_of(push_kind kind, unsigned room);
std::string join_frame(dialect how, push_kind kind, unsigned room);
std::string upgrade_request();
bool is_accepted(std::string_view http_head);
/// A masked text frame with a zero mask: it can be patched in place, and the server unmasks it
/// like any other.
std::string client_frame(std::string_view text);

}  // namespace roost::bench
