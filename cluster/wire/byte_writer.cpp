// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/byte_writer.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster::wire {

slice byte_writer::take() {
  auto out = slice::of(std::exchange(buffer_, {}));
  out.size = static_cast<std::uint32_t>(std::exchange(size_, 0));
  if (out.whole) out.whole->shrink(out.size);
  return out;
}

void byte_writer::enlarge(std::size_t by) {
  constexpr std::size_t first_bytes = 512;
  auto larger = bytes_ptr::make(std::max({first_bytes, 2 * size_, size_ + by}));
  if (size_ > 0) std::memcpy(larger->data(), buffer_->data(), size_);
  buffer_ = std::move(larger);
}

}  // namespace roost::cluster::wire
