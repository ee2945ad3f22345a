// SPDX-License-Identifier: Apache-2.0
// Writes the outboxes of one loop, with a bounded number of sends in each iteration.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/loop/loop_counters.hpp"
#include "net/loop/timer_wheel.hpp"
#include "net/transport/session.hpp"

namespace roost::net {

struct iteration_budget;

/// The list node of a session with messages to write. Owns: nothing. Runs on: the flusher's loop.
/// Ends: with its session; the destructor unlinks it.
class flush_node {
 public:
  flush_node() = default;
  flush_node(const flush_node&) = delete;
  flush_node& operator=(const flush_node&) = delete;

 protected:
  struct flush_result {
    std::size_t bytes = 0;    ///< taken by the kernel
    bool wants_more = false;  ///< messages are left and the socket takes more: queue it again
  };
  ~flush_node() { unlink(); }
  /// Makes one gathered, non-blocking send. May end the session and destroy this node, but not if
  /// it returns wants_more.
  virtual flush_result flush_once(std::span<char> scratch) = 0;
  void unlink();
  /// The list that the node is in, or that it enters when the socket becomes writable.
  flush_class urgency_ = flush_class::large;

 private:
  friend class flusher;
  flush_node* next_ = nullptr;
  flush_node* previous_ = nullptr;
};

/// The write scheduler of one loop. Owns: its lists and a scratch buffer, not the nodes. Runs on:
/// its loop. Ends: with the loop.
///
/// It has two FIFO lists, and a node is in at most one: a small message moves it to the small list.
/// The small list is served first; if the large list has nodes, a quarter of the budget is left to
/// it.
class flusher {
 public:
  flusher();
  ~flusher();
  flusher(const flusher&) = delete;
  flusher& operator=(const flusher&) = delete;

  /// Queues a node, unless it is queued already; moves it from large to small if needed.
  void enqueue(flush_node& node, flush_class urgency);
  void flush(const iteration_budget& budget);
  bool is_idle() const;
  std::uint64_t sends() const { return sends_; }
  std::uint64_t bytes() const { return bytes_; }

  /// For a send outside flush(): a buffer for gathered copies, and count_send() to record the send.
  std::span<char> scratch() { return {scratch_.get(), scratch_bytes}; }
  void count_send(std::size_t bytes);

  /// The counters of this loop.
  loop_counters& counts() { return counts_; }

 private:
  struct head final : flush_node {
    head() { clear(); }
    ~head();
    flush_result flush_once(std::span<char>) override { return {}; }
    void clear() { next_ = previous_ = this; }
    bool empty() const { return next_ == this; }
  };
  head& list_of(flush_class urgency) { return urgency == flush_class::small ? small_ : large_; }
  static void append(flush_node& node, head& list);
  void drain(head& list, std::uint64_t sends_limit, time_point deadline);

  static constexpr std::size_t scratch_bytes = 64 * 1024;
  head small_;
  head large_;
  std::unique_ptr<char[]> scratch_;
  std::uint64_t sends_ = 0;
  std::uint64_t bytes_ = 0;
  loop_counters counts_;
};

}  // namespace roost::net
