// SPDX-License-Identifier: Apache-2.0
// Seeded stores between simulated nodes: requests and answers are late, lost, copied or refused,
// replicas lag, and power cuts take what was not synced.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cluster/log/log_store.hpp"
#include "cluster/log/snapshot_store.hpp"
#include "tests/fixtures/dice.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/virtual_time.hpp"

namespace roost::sim {

/// How likely each fault is, per thousand requests, and how far it goes.
struct store_faults {
  std::chrono::microseconds delay_max{2'000};     ///< of a request, and of its answer
  std::chrono::microseconds late_max{3'000'000};  ///< of a late request, and of a copy
  std::chrono::microseconds timeout{1'000'000};   ///< then the answer is `unknown`
  std::chrono::microseconds sync_interval{0};     ///< a power cut takes what is younger
  unsigned late_permille = 0;             ///< requests, also purges, that arrive up to late_max
  unsigned loss_permille = 0;             ///< requests that never arrive
  unsigned lost_answers_permille = 0;     ///< requests that are carried out without an answer
  unsigned copies_permille = 0;           ///< writes of which a copy arrives later
  unsigned refusals_permille = 0;         ///< writes that are refused
  unsigned false_conflicts_permille = 0;  ///< `conflict` because of an append that never commits
  unsigned stale_reads_permille = 0;      ///< reads of snapshots from a replica that lags
  std::size_t stale_writes_max = 20;      ///< so many writes a replica lags
  std::size_t snapshot_bytes_max = 1'000'000;  ///< of one message; a larger snapshot is in parts
  bool purges_lift_last = false;    ///< a purge above the last sequence lifts it (JetStream)
  bool are_replaced_kept = true;    ///< by a power cut that takes their successors
  std::uint64_t log_bytes_max = 0;  ///< bound for each log; 0: none
};

/// How often each fault happened.
struct store_fault_counts {
  std::uint64_t late = 0;
  std::uint64_t lost = 0;
  std::uint64_t lost_answers = 0;
  std::uint64_t copies = 0;
  std::uint64_t copies_stored = 0;  ///< of lost writes, and after a power cut
  std::uint64_t refusals = 0;
  std::uint64_t false_conflicts = 0;
  std::uint64_t full = 0;
  std::uint64_t stale_reads = 0;
  std::uint64_t parts = 0;  ///< of snapshots that were stored
  std::uint64_t lifting_purges = 0;
  std::uint64_t late_purges = 0;   ///< removed something after the answer was overdue
  std::uint64_t removed = 0;       ///< snapshots
  std::uint64_t messages_cut = 0;  ///< lost by a power cut
  std::uint64_t snapshots_cut = 0;
};

/// The stores of all nodes. Owns: what is stored, and the requests in flight. Runs on: the
/// simulation's thread. Ends: after the nodes' stores.
class faulty_stores {
 public:
  faulty_stores(const tests::virtual_time& time, dice random, store_faults faults,
                std::size_t nodes);

  struct node_stores {
    std::unique_ptr<cluster::log_store> logs;
    std::unique_ptr<cluster::snapshot_store> snapshots;
  };
  /// The stores as this node sees them. The node is killed by ending them: its requests in flight
  /// may still be carried out, but their callbacks are dropped.
  node_stores join(std::size_t node);
  /// Carries out one step of a request that is due. False: nothing is due.
  bool deliver_one();
  /// When the next step is due; time_point::max(): no request is in flight.
  time_point next_due() const;

  /// While a node is cut off, its requests and their answers are lost.
  void set_cut_off(std::size_t node, bool is_cut_off) { cut_off_[node] = is_cut_off; }
  /// While a node dies, it sends nothing. Its end runs on two threads, and no seed determines the
  /// order of their steps.
  void set_dying(std::size_t node, bool is_dying) { is_dying_[node] = is_dying; }
  /// While the stores are full, they store nothing more.
  void set_full(bool is_full);
  /// Every log loses a random end of what is younger than `sync_interval`, and so do the snapshots.
  /// A log of which everything was purged begins anew (nats-server before 2.14).
  void cut_power();
  /// Every connection to the stores breaks: the requests in flight are lost, with their answers.
  void drop_requests();
  /// Ends all faults, and shortens the delay of requests in flight to at most `delay_max`.
  void heal();

  tests::memory_log_store& logs() { return logs_; }
  tests::memory_snapshot_store& snapshots() { return snapshots_; }
  const store_fault_counts& counts() const { return counts_; }
  /// The snapshots that were removed since the last call, by shard and key.
  std::vector<std::pair<cluster::shard_id, std::string>> take_removed() {
    return std::exchange(removed_, {});
  }

 private:
  class log_port;
  class snapshot_port;
  /// Shared by the stores of one node. Ends with them.
  struct side {
    std::size_t node = 0;
  };
  using key = std::pair<time_point, std::uint64_t>;  // due time and serial
  struct step {
    std::function<void()> run;
    bool is_timeout = false;
  };
  template <class Answer>
  struct request;
  struct stored_message {
    cluster::sequence at;
    time_point when;
  };
  using write = std::function<cluster::write_result()>;
  using write_done = std::function<void(cluster::write_result)>;

  /// False: the request is lost.
  template <class Answer>
  bool send(const std::shared_ptr<side>& from, std::type_identity_t<Answer> no_answer,
            std::function<Answer()> apply, std::function<void(Answer)> done);
  template <class Answer>
  void answer(request<Answer>& sent, Answer got);
  void send_write(const std::shared_ptr<side>& from, const write& apply, write_done done,
                  bool is_conditional);
  void copy(const write& apply);
  cluster::write_result faulty_write(const write& apply, bool is_conditional);
  cluster::write_result append(cluster::shard_id shard, cluster::sequence expected_last,
                               const slice& message);
  cluster::write_result purge(cluster::shard_id shard, cluster::sequence first_kept,
                              time_point sent_at);
  cluster::write_result put(cluster::shard_id shard, const std::string& name,
                            cluster::sequence expected, const slice& message);
  cluster::write_result remove(cluster::shard_id shard, const std::string& name,
                               cluster::sequence expected);
  cluster::write_result put_part(cluster::shard_id shard, const std::string& name,
                                 const slice& part);
  cluster::write_result count(cluster::write_result put);
  std::size_t writes_behind();
  key schedule(time_point due, std::function<void()> run, bool is_timeout = false);
  time_point random_due();
  void remember(std::deque<stored_message>& young, cluster::sequence at);
  cluster::sequence random_end(std::deque<stored_message>& young, cluster::sequence last);

  const tests::virtual_time& time_;
  dice random_;
  store_faults faults_;
  std::vector<bool> cut_off_;
  std::vector<bool> is_dying_;
  tests::memory_log_store logs_;
  tests::memory_snapshot_store snapshots_;
  std::map<key, step> in_flight_;
  std::uint64_t serial_ = 0;
  std::map<cluster::shard_id, std::deque<stored_message>> young_messages_;
  std::deque<stored_message> young_snapshots_;
  store_fault_counts counts_;
  std::vector<std::pair<cluster::shard_id, std::string>> removed_;  // by shard and key
};

}  // namespace roost::sim
