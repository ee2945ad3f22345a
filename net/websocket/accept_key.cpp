// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/accept_key.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace roost::net::websocket {

std::string accept_key(std::string_view client_key) {
  std::string text(client_key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  // 20 bytes become 28 characters; EVP_EncodeBlock adds a zero byte.
  std::array<unsigned char, 29> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

}  // namespace roost::net::websocket
