// Writes the outboxes of one loop, a bounded number of sends a turn.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/transport/session.hpp"
#include "net/transport/tally.hpp"
#include "net/transport/timer_wheel.hpp"

namespace roost::net {

struct turn_budget;

/// A session with frames to write. Owns: nothing. Runs on: the flusher's loop.
/// Ends: unlinks itself.
class flush_node {
 public:
  flush_node() = default;
  flush_node(const flush_node&) = delete;
  flush_node& operator=(const flush_node&) = delete;

 protected:
  struct outcome {
    std::size_t bytes = 0;    ///< taken by the kernel
    bool wants_more = false;  ///< it could write more at once: back into its list
  };
  ~flush_node() { unlink(); }
  /// One gathered, non-blocking send. May end the session and so destroy the node, unless
  /// wants_more is returned.
  virtual outcome flush_once(std::span<char> scratch) = 0;
  void unlink();
  /// The most urgent class asked for since it was last drained.
  flush_class urgency_ = flush_class::large;

 private:
  friend class flusher;
  flush_node* next_ = nullptr;
  flush_node* previous_ = nullptr;
};

/// Owns: its lists and a scratch buffer, not the nodes. Runs on: its loop. Ends: with the loop.
///
/// Two lists, first in first out. A node is in one list at most: small frames move it to the small
/// one. Small goes first, but leaves a quarter of the turn to large while both wait.
class flusher {
 public:
  flusher();
  ~flusher();
  flusher(const flusher&) = delete;
  flusher& operator=(const flusher&) = delete;

  /// Puts it into a list, unless it is there.
  void enqueue(flush_node& node, flush_class urgency);
  void flush(const turn_budget& budget);
  bool idle() const;
  std::uint64_t sends() const { return sends_; }
  std::uint64_t bytes() const { return bytes_; }

  /// For a send that does not wait for its turn: room for its copies, and its count.
  std::span<char> scratch() { return {scratch_.get(), scratch_bytes}; }
  void count_send(std::size_t bytes);

  /// What the loop counts.
  tally& counts() { return counts_; }

 private:
  struct head final : flush_node {
    head() { clear(); }
    ~head();
    outcome flush_once(std::span<char>) override { return {}; }
    void clear() { next_ = previous_ = this; }
    bool empty() const { return next_ == this; }
  };
  head& list_of(flush_class urgency) { return urgency == flush_class::small ? small_ : large_; }
  static void link(flush_node& node, head& list);
  void drain(head& list, std::uint64_t sends_limit, time_point deadline);

  static constexpr std::size_t scratch_bytes = 64 * 1024;
  head small_;
  head large_;
  std::unique_ptr<char[]> scratch_;
  std::uint64_t sends_ = 0;
  std::uint64_t bytes_ = 0;
  tally counts_;
};

}  // namespace roost::net
