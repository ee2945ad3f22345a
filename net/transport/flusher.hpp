// Writes the outboxes of one loop, a bounded number of sends a turn.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "config/base/metrics.hpp"
#include "net/transport/message_class.hpp"
#include "net/transport/session.hpp"
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

  /// Whom to tell about traffic, once a turn. It outlives the flusher.
  void report_to(metrics& probe) { probe_ = &probe; }
  /// A message came in; told with the turn's sends.
  void count_message_in(std::size_t bytes) {
    ++unreported_.messages_in;
    unreported_.bytes_in += bytes;
  }
  /// What outboxes did with ephemeral frames; told likewise.
  void count_ephemeral(std::uint32_t dropped, std::uint32_t conflated) {
    unreported_.ephemeral_dropped += dropped;
    unreported_.ephemeral_conflated += conflated;
  }
  /// How outboxes have changed; told likewise, so that what goes out in the same turn costs
  /// nothing.
  void count_waiting(std::int64_t bytes, std::int64_t outboxes) {
    unreported_.outbox_bytes += bytes;
    unreported_.outboxes_waiting += outboxes;
  }
  void count_messages(message_class which, std::uint64_t n = 1) {
    unreported_.messages[static_cast<std::size_t>(which)] += n;
    unreported_.has_messages = true;
  }
  /// Messages that were handed in, less those that were answered.
  void count_unanswered(std::int64_t messages) { unreported_.inbound_messages += messages; }
  /// Null while nobody has said whom to tell.
  metrics* probe() const { return probe_; }

 private:
  struct head final : flush_node {
    head() { clear(); }
    ~head();
    outcome flush_once(std::span<char>) override { return {}; }
    void clear() { next_ = previous_ = this; }
    bool empty() const { return next_ == this; }
  };
  struct traffic {
    std::uint64_t sends = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t messages_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t ephemeral_dropped = 0;
    std::uint64_t ephemeral_conflated = 0;
    std::array<std::uint64_t, message_labels.size()> messages{};
    bool has_messages = false;
    std::int64_t outbox_bytes = 0;
    std::int64_t outboxes_waiting = 0;
    std::int64_t inbound_messages = 0;
  };
  head& list_of(flush_class urgency) { return urgency == flush_class::small ? small_ : large_; }
  static void link(flush_node& node, head& list);
  void drain(head& list, std::uint64_t sends_limit, time_point deadline);
  void report(bool is_spent);

  static constexpr std::size_t scratch_bytes = 64 * 1024;
  head small_;
  head large_;
  std::unique_ptr<char[]> scratch_;
  std::uint64_t sends_ = 0;
  std::uint64_t bytes_ = 0;
  traffic unreported_;
  metrics* probe_ = nullptr;
};

}  // namespace roost::net
