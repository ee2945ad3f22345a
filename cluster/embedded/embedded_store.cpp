// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/embedded_store.hpp"

#include <utility>

#include "config/telemetry/log.hpp"

namespace roost::cluster {

using std::chrono::steady_clock;

embedded_store::reader::reader(std::unique_ptr<sqlite::connection> opened)
    : file(std::move(opened)), logs(*file), snapshots(*file) {}

result<std::unique_ptr<embedded_store>> embedded_store::open(const std::string& folder,
                                                             store_sync sync) {
  auto locked = store_folder::lock(folder);
  if (!locked) return locked.failure();
  auto reserve = std::make_unique<space_reserve>(locked->reserve_file());
  auto for_writes = open_store_file(*locked, sync);
  if (!for_writes) return for_writes.failure();
  auto for_reads = open_for_reads(*locked);
  if (!for_reads) return for_reads.failure();
  return std::unique_ptr<embedded_store>(new embedded_store(
      std::move(*locked), std::move(reserve), std::move(*for_writes), std::move(*for_reads), sync));
}

embedded_store::embedded_store(store_folder folder, std::unique_ptr<space_reserve> reserve,
                               std::unique_ptr<sqlite::connection> for_writes,
                               std::unique_ptr<sqlite::connection> for_reads, store_sync sync)
    : folder_(std::move(folder)),
      writer_(std::move(for_writes), sync, std::move(reserve)),
      reader_(std::move(for_reads)),
      write_thread_([this] { run_writes(); }),
      read_thread_([this] { run_reads(); }) {}

embedded_store::~embedded_store() {
  writes_.close();
  reads_.close();
  write_thread_.join();
  read_thread_.join();
}

void embedded_store::run_writes() {
  for (;;) {
    auto group = writes_.take(writer_.next_due());
    if (!group.empty()) {
      for (auto& rest : writer_.commit(std::move(group), steady_clock::now())) {
        writes_.push_rest(std::move(rest));
      }
    } else if (writes_.is_closed()) {
      return;
    }
    writer_.checkpoint_if_due(steady_clock::now());
    writer_.hold_reserve_if_due(steady_clock::now());
  }
}

void embedded_store::run_reads() {
  for (;;) {
    auto all = reads_.take();
    if (all.empty()) return;
    for (auto& each : all) each.run(&reader_);
  }
}

void embedded_store::write(write_request request) {
  if (request.bytes > message_bytes_max()) {
    return request.done({write_outcome::refused, {}, "the message is too large"});
  }
  if (writes_.push(request)) return;
  request.done({write_outcome::refused, {}, "too many writes wait, or the store is closing"});
}

template <class Answer>
void embedded_store::ask(std::function<Answer(reader&)> question,
                         std::function<void(result<Answer>)> done) {
  read_request request{0, [question = std::move(question), done = std::move(done)](reader* from) {
                         if (!from) {
                           return done(error{errc::unavailable, "too many reads wait"});
                         }
                         from->file->run("BEGIN");
                         auto answer = question(*from);
                         from->file->run("COMMIT");
                         const auto why = from->file->take_failure();
                         if (!why) return done(std::move(answer));
                         if (from->file->is_in_transaction()) from->file->run("ROLLBACK");
                         (void)from->file->take_failure();
                         log::error("store_read_failed", {{"reason", why->why}});
                         done(error{errc::unavailable, why->why});
                       }};
  if (!reads_.push(request)) request.run(nullptr);
}

void embedded_store::append(shard_id shard, sequence expected_last, slice message,
                            std::function<void(write_result)> done) {
  const std::size_t bytes = message.size;
  write({bytes,
         [=, message = std::move(message)](log_table& logs, snapshot_table&) -> write_step {
           return {logs.append(shard, expected_last, message.view())};
         },
         std::move(done)});
}

void embedded_store::read_state(shard_id shard, std::function<void(result<log_state>)> done) {
  ask<log_state>([shard](reader& from) { return from.logs.state(shard); }, std::move(done));
}

void embedded_store::read(shard_id shard, sequence from, std::size_t bytes_max,
                          std::function<void(result<log_page>)> done) {
  ask<log_page>([=](reader& file) { return file.logs.read(shard, from, bytes_max); },
                std::move(done));
}

void embedded_store::purge(shard_id shard, sequence first_kept,
                           std::function<void(write_result)> done) {
  write({0, [=](log_table& logs, snapshot_table&) { return logs.purge(shard, first_kept); },
         std::move(done)});
}

void embedded_store::put(shard_id shard, std::string key, sequence expected, slice message,
                         std::function<void(write_result)> done) {
  const std::size_t bytes = message.size;
  write({bytes,
         [=, key = std::move(key), message = std::move(message)](
             log_table&, snapshot_table& snapshots) -> write_step {
           return {snapshots.put(shard, key, expected, message.view())};
         },
         std::move(done)});
}

void embedded_store::get(shard_id shard, std::vector<std::string> keys,
                         std::function<void(result<snapshot_page>)> done) {
  ask<snapshot_page>(
      [shard, keys = std::move(keys)](reader& from) { return from.snapshots.get(shard, keys); },
      std::move(done));
}

void embedded_store::list(shard_id shard, std::string after, std::size_t max,
                          std::size_t headers_max,
                          std::function<void(result<snapshot_page>)> done) {
  ask<snapshot_page>(
      [=, after = std::move(after)](reader& from) {
        return from.snapshots.list(shard, after, max, headers_max);
      },
      std::move(done));
}

void embedded_store::remove(shard_id shard, std::string key, sequence expected,
                            std::function<void(write_result)> done) {
  write({0,
         [=, key = std::move(key)](log_table&, snapshot_table& snapshots) -> write_step {
           return {snapshots.remove(shard, key, expected)};
         },
         std::move(done)});
}

void embedded_store::put_part(shard_id shard, std::string key, slice part,
                              std::function<void(write_result)> done) {
  const std::size_t bytes = part.size;
  write({bytes,
         [=, key = std::move(key), part = std::move(part)](log_table&, snapshot_table& snapshots)
             -> write_step { return {snapshots.put_part(shard, key, part.view())}; },
         std::move(done)});
}

void embedded_store::list_parts(shard_id shard, std::string after, std::size_t max,
                                std::function<void(result<snapshot_page>)> done) {
  ask<snapshot_page>([=, after = std::move(after)](
                         reader& from) { return from.snapshots.list_parts(shard, after, max); },
                     std::move(done));
}

void embedded_store::remove_parts(shard_id shard, std::string key, sequence first_kept,
                                  std::function<void(write_result)> done) {
  write({0,
         [=, key = std::move(key)](log_table&, snapshot_table& snapshots) -> write_step {
           return {snapshots.remove_parts(shard, key, first_kept)};
         },
         std::move(done)});
}

}  // namespace roost::cluster
