// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_message.hpp"

#include <charconv>
#include <cstddef>

namespace roost::cluster {

std::string_view nats_message::data() const {
  const auto size = natsMsg_GetDataLength(message_);
  if (size <= 0) return {};
  return {natsMsg_GetData(message_), static_cast<std::size_t>(size)};
}

std::string_view nats_message::header(const char* name) const {
  const char* value = nullptr;
  if (natsMsgHeader_Get(message_, name, &value) != NATS_OK || !value) return {};
  return value;
}

std::optional<std::uint64_t> nats_message::number(const char* name) const {
  const auto text = header(name);
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  return out;
}

int nats_message::status() const { return static_cast<int>(number("Status").value_or(0)); }

}  // namespace roost::cluster
