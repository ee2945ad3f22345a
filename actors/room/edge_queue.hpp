// What an edge's members have asked and is not answered yet, in order. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/messages.hpp"
#include "actors/room/fifo.hpp"
#include "cluster/envelope.hpp"

namespace roost::actors {

/// A request that is not answered yet.
struct edge_entry {
  edge_request asked;
  std::uint64_t number = 0;                           ///< of its command; 0: needs no owner
  std::unique_ptr<const cluster::command> sent = {};  ///< to send again; on a bus that may lose
  bool closes_old = false;  ///< the answer closes the channel that it replaces or leaves
  net::ref old_join_ref = {};
};

/// Owns: the entries. Runs on: whoever calls it (one thread). Ends: with its edge.
///
/// Order by construction: commands are numbered in the order of the queue, the owner answers in
/// that order, and an answer that needs no owner waits behind the entries before it. Its length is
/// bounded by the credit of the members' links.
class edge_queue {
 public:
  /// `may_lose`: what it asks may be lost on its way, so it keeps it to ask again.
  edge_queue(topic where, cluster::edge_id self, bool may_lose)
      : where_(std::move(where)), self_(self), may_lose_(may_lose) {}

  /// Numbers and completes the command of this entry, and adds it to `out`.
  void ask(edge_entry&& about, cluster::command&& what, std::vector<cluster::command>& out);
  /// An entry that waits for nothing but those before it.
  void wait(edge_entry&& about) { entries_.push_back(std::move(about)); }
  /// A question without a number: it may be lost, and is asked again by who wants to know.
  cluster::command question(cluster::command::kind what, offset after) const;
  /// Everything that may have been lost and has no answer, once more.
  std::size_t again(std::vector<cluster::command>& out) const;

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  edge_entry& front() { return entries_.front(); }
  edge_entry take_front();
  /// The first number without an answer; 0: all have one.
  std::uint64_t front_number() const { return entries_.empty() ? 0 : entries_.front().number; }
  template <class Work>
  void each(Work work) {
    for (auto& entry : entries_) work(entry);
  }

 private:
  void complete(cluster::command& what) const;

  topic where_;
  cluster::edge_id self_;
  bool may_lose_;
  std::uint64_t next_number_ = 1;
  fifo<edge_entry> entries_;
};

}  // namespace roost::actors
