// SPDX-License-Identifier: Apache-2.0
// Requests to NATS that wait for their answers. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "config/base/clock.hpp"

namespace roost::cluster {

class nats_message;

/// How a request ended, or that a message arrived for it.
enum class reply_kind : std::uint8_t {
  message,
  not_sent,       ///< nobody will receive the request
  no_responders,  ///< probably nobody has received it
  timed_out,      ///< it may have been received, or be received later
  lost,           ///< the same: the connection broke
};

struct nats_reply {
  reply_kind kind = reply_kind::not_sent;
  std::string_view why;                   ///< for people; empty for a message
  const nats_message* message = nullptr;  ///< only for a message
};

/// Gets a reply. True: further messages are expected; asked only after a message.
using reply_handler = std::function<bool(const nats_reply&)>;

/// Owns: the handlers. Runs on: one thread. Ends: any time; handlers that wait are not called.
class request_table {
 public:
  /// Returns the number by which answers name the request. The timeout begins anew with each
  /// message.
  std::uint64_t add(reply_handler handler, milliseconds timeout, time_point now);
  /// A number that does not wait, for example because it timed out, is ignored.
  void answer(std::uint64_t number, const nats_reply& reply, time_point now);
  /// The server said of one of the requests that nobody receives it, and nats.c does not say of
  /// which. As soon as no more requests wait than that was said of, they are answered. One that
  /// timed out before may have been meant, so this proves nothing of a request.
  void note_no_responders();
  void expire(time_point now);
  void fail_all(reply_kind kind, std::string_view why);
  std::size_t size() const { return waiting_.size(); }

 private:
  struct request {
    reply_handler handler;
    milliseconds timeout;
    time_point deadline;
  };
  void answer_if_none_responds();

  std::unordered_map<std::uint64_t, request> waiting_;
  std::size_t not_received_ = 0;  // of those that wait, as the server said
  std::uint64_t last_ = 0;
};

}  // namespace roost::cluster
