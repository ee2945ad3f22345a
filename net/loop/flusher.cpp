// SPDX-License-Identifier: Apache-2.0
#include "net/loop/flusher.hpp"

#include <algorithm>

#include "net/loop/iteration_budget.hpp"

namespace roost::net {
namespace {

using clock = std::chrono::steady_clock;
// A clock read costs about 1 % of a send, so the deadline is checked once in 16 sends.
constexpr std::uint64_t sends_per_clock_read = 16;

}  // namespace

void flush_node::unlink() {
  if (!next_) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

flusher::head::~head() {
  while (!empty()) next_->unlink();
  next_ = previous_ = nullptr;
}

flusher::flusher() : scratch_(new char[scratch_bytes]) {}
flusher::~flusher() = default;

bool flusher::is_idle() const { return small_.empty() && large_.empty(); }

void flusher::append(flush_node& node, head& list) {
  node.previous_ = list.previous_;
  node.next_ = &list;
  list.previous_->next_ = &node;
  list.previous_ = &node;
}

void flusher::enqueue(flush_node& node, flush_class urgency) {
  if (node.next_) {
    if (node.urgency_ == flush_class::small || urgency == flush_class::large) return;
    node.unlink();
  }
  node.urgency_ = urgency;
  append(node, list_of(urgency));
}

void flusher::flush(const iteration_budget& budget) {
  if (is_idle()) return;
  const auto begin = clock::now();
  const auto end = begin + budget.send_time_max;
  const auto sends_end = sends_ + std::max<std::uint64_t>(budget.sends_max, 1);
  if (!large_.empty()) {
    drain(small_, sends_end - std::max<std::uint64_t>(budget.sends_max / 4, 1),
          begin + budget.send_time_max * 3 / 4);
  } else {
    drain(small_, sends_end, end);
  }
  drain(large_, sends_end, end);
  // Small messages may use the budget that large messages left.
  drain(small_, sends_end, end);
  if (!is_idle()) counts_.add(metrics::counter::flushes_budget_spent);
}

void flusher::count_send(std::size_t bytes) {
  ++sends_;
  bytes_ += bytes;
  counts_.add(metrics::counter::sends);
  counts_.add(metrics::counter::bytes_out, bytes);
}

void flusher::drain(head& list, std::uint64_t sends_limit, time_point deadline) {
  const auto first = sends_;
  while (!list.empty() && sends_ < sends_limit) {
    if ((sends_ - first) % sends_per_clock_read == sends_per_clock_read - 1 &&
        clock::now() >= deadline) {
      return;
    }
    flush_node& node = *list.next_;
    node.unlink();
    const auto done = node.flush_once(scratch());
    count_send(done.bytes);
    // flush_once() may call connection_handler::drained(), which may have queued the node again.
    if (done.wants_more && !node.next_) append(node, list);
  }
}

}  // namespace roost::net
