// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/message_base64.hpp"

#include "config/base/base64.hpp"

namespace roost::cluster {

std::optional<slice> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  const auto data = base64_decode(text);
  if (!data) return {};
  return slice::of(bytes_ptr::copy(*data));
}

}  // namespace roost::cluster
