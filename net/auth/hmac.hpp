// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA256 and a constant-time comparison of secrets. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::net::auth {

/// RFC 7518 section 3.2: the secret must be at least as long as the hash.
inline constexpr std::size_t hs256_secret_bytes_min = 32;

/// The 32 bytes of HMAC with SHA-256.
std::string hmac_sha256(std::string_view secret, std::string_view text);
/// Compares in constant time; only a difference in length returns early.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace roost::net::auth
