// SPDX-License-Identifier: Apache-2.0
// The texts of problems with stored messages.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/wire/wire_format.hpp"

namespace roost::cluster {

inline std::string number(std::uint64_t value) { return std::to_string(value); }

inline std::string unreadable(wire::wire_error why) {
  if (why == wire::wire_error::future) return "the message is of a newer version of Roost";
  return "the message cannot be read: it is " + std::string(name_of(why));
}

inline constexpr const char* wrong_checksum = "the message is damaged: its checksum is wrong";

}  // namespace roost::cluster
