// SPDX-License-Identifier: Apache-2.0
// The log store and the snapshot store of one node without NATS, in a file of SQLite.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cluster/embedded/group_writer.hpp"
#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/request_queue.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "cluster/embedded/space_reserve.hpp"
#include "cluster/embedded/store_file.hpp"
#include "cluster/embedded/store_folder.hpp"
#include "cluster/log/log_store.hpp"
#include "cluster/log/snapshot_store.hpp"

namespace roost::cluster {

/// One thread writes, and commits all writes that wait in one transaction. Another one reads on its
/// own connection, so reads do not wait for commits. Logs and snapshots are in one order, so a
/// power cut takes no snapshot without everything after it.
///
/// A message may have 8 MiB. At most 10,000 writes of 64 MiB wait, and as many reads; a further one
/// is refused. After an I/O error in a commit all writes are refused until the node starts again.
/// 8 MiB of disk are held back: when they are needed, the store takes no pushes until they are
/// free. Owns: the folder's lock, its file, and two threads. Runs on: any thread; callbacks on the
/// store's threads, or on the caller's if the request is refused at once. Ends: after all answers;
/// the destructor waits for them.
class embedded_store final : public log_store, public snapshot_store {
 public:
  /// Opens the store in a folder, or creates it. Fails with cannot_open_store or store_locked.
  static result<std::unique_ptr<embedded_store>> open(const std::string& folder, store_sync sync);
  ~embedded_store() override;

  void append(shard_id shard, sequence expected_last, slice message,
              std::function<void(write_result)> done) override;
  void read_state(shard_id shard, std::function<void(result<log_state>)> done) override;
  void read(shard_id shard, sequence from, std::size_t bytes_max,
            std::function<void(result<log_page>)> done) override;
  void purge(shard_id shard, sequence first_kept, std::function<void(write_result)> done) override;

  void put(shard_id shard, std::string key, sequence expected, slice message,
           std::function<void(write_result)> done) override;
  void get(shard_id shard, std::vector<std::string> keys,
           std::function<void(result<snapshot_page>)> done) override;
  void list(shard_id shard, std::string after, std::size_t max, std::size_t headers_max,
            std::function<void(result<snapshot_page>)> done) override;
  void remove(shard_id shard, std::string key, sequence expected,
              std::function<void(write_result)> done) override;

  void put_part(shard_id shard, std::string key, slice part,
                std::function<void(write_result)> done) override;
  void list_parts(shard_id shard, std::string after, std::size_t max,
                  std::function<void(result<snapshot_page>)> done) override;
  void remove_parts(shard_id shard, std::string key, sequence first_kept,
                    std::function<void(write_result)> done) override;

  std::size_t message_bytes_max() const override { return store_message_bytes_max; }
  bool takes_pushes() const override { return writer_.takes_pushes(); }

 private:
  /// The connection for reads and its tables.
  struct reader {
    explicit reader(std::unique_ptr<sqlite::connection> opened);
    std::unique_ptr<sqlite::connection> file;
    log_table logs;
    snapshot_table snapshots;
  };
  struct read_request {
    std::size_t bytes = 0;
    std::function<void(reader*)> run;  ///< null: the queue refused it
  };

  embedded_store(store_folder folder, std::unique_ptr<space_reserve> reserve,
                 std::unique_ptr<sqlite::connection> for_writes,
                 std::unique_ptr<sqlite::connection> for_reads, store_sync sync);
  void write(write_request request);
  template <class Answer>
  void ask(std::function<Answer(reader&)> question, std::function<void(result<Answer>)> done);
  void run_writes();
  void run_reads();

  store_folder folder_;
  group_writer writer_;
  reader reader_;
  request_queue<write_request> writes_;
  request_queue<read_request> reads_;
  std::thread write_thread_;
  std::thread read_thread_;
};

}  // namespace roost::cluster
