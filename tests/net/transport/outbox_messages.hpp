// SPDX-License-Identifier: Apache-2.0
// Frames for tests of outboxes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "net/transport/outbox.hpp"

namespace roost::tests {

inline net::encoded_ptr ordered(std::string_view text) { return net::encoded_ptr::copy(text); }

inline net::encoded_ptr ephemeral(std::string_view text, std::string_view key = {}) {
  auto out = net::make_ephemeral(text.size(), key);
  std::copy(text.begin(), text.end(), out->data());
  return out;
}

/// The bytes of all queued messages, whatever the limit of one send.
inline std::string flat(const net::outbox& from) {
  std::vector<char> scratch(64 * 1024);
  net::send_batch batch;
  from.gather(batch, scratch);
  std::string out;
  for (std::size_t i = 0; i < batch.count; ++i) {
    out.append(static_cast<const char*>(batch.pieces[i].iov_base), batch.pieces[i].iov_len);
  }
  return out;
}

}  // namespace roost::tests
