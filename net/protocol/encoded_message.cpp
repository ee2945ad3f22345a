// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/encoded_message.hpp"

#include <cstring>

#include "config/base/keyed_hash.hpp"

namespace roost::net {

encoded_ptr encoded_ptr::make_ephemeral(encoded_kind kind, std::size_t size,
                                        std::string_view conflation_key) {
  constexpr auto hash_bits = (1U << kind_at) - 1;
  const auto hash = static_cast<std::uint32_t>(keyed_hash{}(conflation_key)) & hash_bits;
  return encoded_ptr{bytes_ptr::make(size, ephemeral_bit | mark_of(kind) | hash, conflation_key)};
}

encoded_ptr encoded_ptr::copy(encoded_kind kind, std::string_view payload) {
  auto out = make(kind, payload.size());
  if (!payload.empty()) std::memcpy(out->data(), payload.data(), payload.size());
  return out;
}

}  // namespace roost::net
