// SPDX-License-Identifier: Apache-2.0
// Updates the outbox gauges after a change of a session's outbox. Private to net/websocket.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/loop/flusher.hpp"
#include "net/transport/outbox.hpp"

namespace roost::net::websocket {

/// A scope guard around a change of an outbox; its destructor adds the difference in size to the
/// gauges. Owns: nothing. Runs on: the session's loop. Ends: with its scope.
class outbox_gauge_guard {
 public:
  outbox_gauge_guard(const outbox& box, flusher& flusher)
      : box_(box),
        counters_(flusher.counts()),
        bytes_(box.charged_bytes()),
        was_empty_(box.empty()) {}
  ~outbox_gauge_guard() {
    const auto bytes = static_cast<std::int64_t>(box_.charged_bytes());
    counters_.move(metrics::gauge::outbox_bytes, bytes - static_cast<std::int64_t>(bytes_));
    counters_.move(metrics::gauge::outboxes_waiting,
                   static_cast<int>(was_empty_) - static_cast<int>(box_.empty()));
  }
  outbox_gauge_guard(const outbox_gauge_guard&) = delete;
  outbox_gauge_guard& operator=(const outbox_gauge_guard&) = delete;

 private:
  const outbox& box_;
  loop_counters& counters_;
  std::size_t bytes_;
  bool was_empty_;
};

}  // namespace roost::net::websocket
