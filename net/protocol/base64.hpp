// Bytes as text, for clients whose protocol has no binary frames, and for tokens in headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::net {

enum class base64_alphabet : std::uint8_t {
  standard,  ///< RFC 4648 section 4
  both,      ///< that of section 5, for URLs, as well
};

/// RFC 4648 section 4: the standard alphabet, padded.
std::string base64_encode(std::string_view data);
/// With or without padding; nothing for other text.
std::optional<std::string> base64_decode(std::string_view text,
                                         base64_alphabet taken = base64_alphabet::standard);

}  // namespace roost::net
