// SPDX-License-Identifier: Apache-2.0
// Base64url encoder and strict decoder for tokens and keys: accepts one encoding for each value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::net::auth {

/// RFC 7515 section 2: the URL-safe alphabet, without padding.
std::string base64url_encode(std::string_view bytes);
/// Returns nullopt for padding, white space, other alphabets, and nonzero bits after the last byte:
/// ignoring those bits would let anyone alter a token without invalidating its signature.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace roost::net::auth
