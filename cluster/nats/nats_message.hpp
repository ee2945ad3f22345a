// SPDX-License-Identifier: Apache-2.0
// A message from NATS, as long as the connection shows it.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::cluster {

/// Owns: nothing; all views are valid during the call that gets the message. Runs on: the
/// connection's thread. Ends: with that call.
class nats_message {
 public:
  explicit nats_message(natsMsg* message) : message_(message) {}

  std::string_view subject() const { return natsMsg_GetSubject(message_); }
  std::string_view data() const;
  /// A copy that may be kept.
  slice copy_data() const { return slice::of(bytes_ptr::copy(data())); }
  /// Empty: there is no such header.
  std::string_view header(const char* name) const;
  std::optional<std::uint64_t> number(const char* name) const;
  /// The status of a message that carries one, such as 404; else 0.
  int status() const;

 private:
  natsMsg* message_;
};

}  // namespace roost::cluster
