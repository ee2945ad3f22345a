// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/encoded_message.hpp"

#include "config/base/keyed_hash.hpp"

namespace roost::net {

encoded_ptr make_ephemeral(std::size_t size, std::string_view conflation_key) {
  constexpr std::uint32_t never_zero = 0x8000'0000U;
  const auto hash = static_cast<std::uint32_t>(keyed_hash{}(conflation_key));
  return encoded_ptr::make(size, hash | never_zero, conflation_key);
}

}  // namespace roost::net
