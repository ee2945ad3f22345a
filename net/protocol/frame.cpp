// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/frame.hpp"

#include "config/base/keyed_hash.hpp"

namespace roost::net {

frame_ptr make_ephemeral(std::size_t size, std::string_view conflation_key) {
  constexpr std::uint32_t never_zero = 0x8000'0000U;
  const auto hash = static_cast<std::uint32_t>(keyed_hash{}(conflation_key));
  return frame_ptr::make(size, hash | never_zero, conflation_key);
}

}  // namespace roost::net
