// SPDX-License-Identifier: Apache-2.0
// Base64, for binary payloads in V1 (which has no binary messages), tokens in headers, and messages
// from JetStream. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

enum class base64_alphabet : std::uint8_t {
  standard,  ///< RFC 4648 section 4
  both,      ///< also the URL-safe alphabet of section 5
};

/// RFC 4648 section 4: standard alphabet, with padding.
std::string base64_encode(std::string_view data);
/// Padding is optional. Returns nullopt if `text` is not valid base64.
std::optional<std::string> base64_decode(std::string_view text,
                                         base64_alphabet accepted = base64_alphabet::standard);

}  // namespace roost
