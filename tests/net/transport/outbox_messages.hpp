// SPDX-License-Identifier: Apache-2.0
// Messages and framings for tests of outboxes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "net/transport/outbox.hpp"

namespace roost::tests {

inline net::encoded_ptr ordered(std::string_view text) {
  return net::encoded_ptr::copy(net::encoded_kind::text, text);
}

inline net::encoded_ptr ephemeral(std::string_view text, std::string_view key = {}) {
  auto out = net::encoded_ptr::make_ephemeral(net::encoded_kind::text, text.size(), key);
  std::copy(text.begin(), text.end(), out->data());
  return out;
}

/// A framing without headers.
inline std::size_t no_header(const net::encoded_ptr&, char*) { return 0; }

/// A framing whose headers have one to four bytes.
inline std::string hashes_for(std::string_view text) {
  return std::string(1 + text.size() % 4, '#');
}
inline std::size_t hashes(const net::encoded_ptr& message, char* to) {
  return hashes_for(message->view()).copy(to, 4);
}

inline std::string flat(const net::send_batch& batch) {
  std::string out;
  for (std::size_t i = 0; i < batch.count; ++i) {
    out.append(static_cast<const char*>(batch.pieces[i].iov_base), batch.pieces[i].iov_len);
  }
  return out;
}

/// The bytes of all queued messages, whatever the limit of one send.
inline std::string flat(const net::outbox& from, net::framing framing = no_header) {
  std::vector<char> scratch(64 * 1024);
  net::send_batch batch;
  from.gather(batch, scratch, framing);
  return flat(batch);
}

}  // namespace roost::tests
