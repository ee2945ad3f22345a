// SPDX-License-Identifier: Apache-2.0
// The unanswered requests of an edge's members, in order. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/messages/edge_request.hpp"
#include "actors/runtime/fifo.hpp"
#include "cluster/command.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// A request without an answer of the owner.
struct pending_request {
  edge_request request;
  std::uint64_t number = 0;  ///< of its command; 0: the edge itself answers
  std::unique_ptr<const cluster::command> sent = {};  ///< kept for resending if the bus may lose
  time_point since = {};                              ///< when the command was made
  bool closes_old = false;     ///< the answer ends the member's old channel (rejoin or leave)
  bool is_uncertain = false;   ///< a former owner may have applied it, and this one cannot know
  net::ref old_join_ref = {};  ///< of the old channel
};

/// The FIFO queue of unanswered requests of one edge.
/// Owns: the entries. Runs on: the caller's thread (always the same one). Ends: with its edge.
///
/// The queue keeps replies in order: commands are numbered in queue order, the owner answers in
/// that order, and an entry that needs no owner waits behind the entries before it.
///
/// A sender may get its answer before the owner has answered (take_waiting), and its credit back.
/// The number of the command then stays open, and the entry stays as a *silent* one. Silent entries
/// are the oldest. While there are silent_max of them, no command may be added except leaves. The
/// credit of the members' sessions bounds the number of the others.
class pending_requests {
 public:
  using command_body = decltype(cluster::command::body);
  static constexpr std::size_t silent_max = 1'024;

  /// `may_lose`: the bus may lose commands, so the queue keeps a copy of each for resending.
  pending_requests(topic topic, cluster::edge_id self, bool may_lose)
      : topic_(std::move(topic)), self_(self), may_lose_(may_lose) {}

  /// The time of the commands that are added from now on.
  void set_time(time_point now) { now_ = now; }
  /// The ownership that commands name from now on.
  void set_ownership(std::uint64_t ownership) { ownership_ = ownership; }
  std::uint64_t ownership() const { return ownership_; }

  /// Queues the entry, and adds its command, with the next number, to `out`.
  void add_command(pending_request&& entry, command_body&& body,
                   std::vector<cluster::command>& out);
  /// Queues an entry that needs no owner: it waits only for the entries before it.
  void add_local(pending_request&& entry) { entries_.push_back(std::move(entry)); }
  /// Makes a command that is neither queued nor numbered. The caller resends it if it may be lost.
  cluster::command unqueued(command_body&& body, connection_id member = {},
                            std::uint64_t number = 0) const;
  /// Adds every unanswered command to `out` for a resend; returns how many.
  std::size_t resend(std::vector<cluster::command>& out) const;

  /// The bytes of the commands that resend() would add, counted up to `max`.
  std::size_t bytes(std::size_t max) const;

  bool empty() const { return silent_.empty() && entries_.empty(); }
  /// Whether so many commands have no answer of the owner that it must get no further ones.
  bool is_full() const { return silent_.size() >= silent_max; }
  std::size_t size() const { return silent_.size() + entries_.size(); }
  /// Takes the oldest entry, whose answer has come. A silent one has only its command and the
  /// kind, sender and serial of its request.
  pending_request take_front();
  const pending_request& front() const {
    return silent_.empty() ? entries_.front() : silent_.front();
  }
  bool is_front_silent() const { return !silent_.empty(); }
  /// The oldest entry that is not silent; null: there is none.
  const pending_request* first_waiting() const {
    return entries_.empty() ? nullptr : &entries_.front();
  }
  /// Takes the request of first_waiting() for an answer to its sender. If it has a command, a
  /// silent entry stays.
  pending_request take_waiting();
  /// The command number of the front entry; 0: the queue is empty or the front needs no owner.
  std::uint64_t front_number() const { return empty() ? 0 : front().number; }
  template <class Visitor>
  void each(Visitor visit) {
    for (auto& entry : silent_) visit(entry);
    for (auto& entry : entries_) visit(entry);
  }
  /// Begins a new incarnation, without entries.
  void restart(cluster::edge_id self);

 private:
  std::uint64_t answered() const;
  template <class Visitor>
  void each_sent(Visitor visit) const {
    for (const auto* all : {&silent_, &entries_}) {
      for (const auto& entry : *all) {
        if (entry.sent) visit(*entry.sent);
      }
    }
  }

  topic topic_;
  cluster::edge_id self_;
  bool may_lose_;
  std::uint64_t next_number_ = 1;
  std::uint64_t ownership_ = 0;
  time_point now_{};
  fifo<pending_request> silent_;
  fifo<pending_request> entries_;  // those that wait
};

}  // namespace roost::actors
