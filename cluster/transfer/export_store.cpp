// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_store.hpp"

#include <memory>
#include <utility>

#include "cluster/embedded/store_source.hpp"
#include "cluster/log/snapshot_parts.hpp"
#include "cluster/transfer/export_format.hpp"
#include "cluster/transfer/export_rules.hpp"
#include "cluster/transfer/message_words.hpp"
#include "cluster/transfer/stored_snapshot.hpp"

namespace roost::cluster {
namespace {

constexpr std::size_t written_bytes = 256U << 10U;  // at once

/// One export. Owns: the bytes that are not written yet. Runs on: one thread. Ends: with run().
class exporter {
 public:
  exporter(store_source& from, const std::string& folder, const byte_sink& sink)
      : from_(from), folder_(folder), sink_(sink) {}

  result<transfer_totals> run() {
    // A damaged index could hide snapshots without a trace.
    if (const auto damage = from_.damage(); !damage.empty())
      fail(damage.front() + "; roost store check lists everything");
    export_encoder::begin(out_);
    if (!failed()) add_store();
    for (std::uint32_t i = 0; !failed() && i < rules_.identity()->shards; ++i) {
      add_shard(shard_id{i});
    }
    if (!failed() && from_.rows_outside(rules_.identity()->shards) > 0) {
      fail("it has messages that belong to no shard");
    }
    if (!failed()) add(rules_.totals());
    take_failure();
    if (!failed()) write();
    if (failed()) return failure_;
    return transfer_totals{rules_.identity()->shards, rules_.totals().log_messages,
                           rules_.totals().snapshots, bytes_};
  }

 private:
  void add_store() {
    from_.read_snapshot(shard_id{0}, identity_key, [this](const stored_row& row) {
      return add(row, export_parts::store{from_.last_snapshot(), row.at,
                                          slice::of(bytes_ptr::copy(row.message))});
    });
    take_failure();
    if (!failed() && !rules_.identity()) fail("it has no identity, and so no rooms");
  }

  void add_shard(shard_id shard) {
    const auto log = from_.extent_of(shard);
    take_failure();
    if (!failed()) add(export_parts::shard{shard, log.first, log.last});
    if (failed()) return;
    from_.read_log(shard, [this](const stored_row& row) {
      return add(row, export_parts::log_message{row.at, slice::of(bytes_ptr::copy(row.message))});
    });
    from_.read_snapshots(shard, [this, shard](const stored_row& row) {
      if (row.key == identity_key || is_part_key(row.key)) return true;
      if (!row.is_intact) return add(row, export_parts::snapshot{});
      auto stored = read_stored(from_, shard, row);
      take_failure();
      if (!failed() && !stored.problem.empty()) fail(place_of(row) + ": " + stored.problem);
      return add(export_parts::snapshot{std::string(row.key), row.at, std::move(stored.message)});
    });
    take_failure();
  }

  bool add(const stored_row& row, const export_part& part) {
    if (row.is_intact) return add(part);
    fail(place_of(row) + ": " + wrong_checksum);
    return false;
  }

  std::string place_of(const stored_row& row) const {
    const auto place =
        row.key.empty() ? "sequence " + number(row.at.value) : "snapshot " + std::string(row.key);
    return "shard " + number(rules_.shard().value) + ", " + place;
  }

  bool add(const export_part& part) {
    if (failed()) return false;
    if (const auto why = rules_.problem_with(part); !why.empty()) {
      fail(why);
      return false;
    }
    encoder_.add(part, out_);
    if (out_.size() >= written_bytes) write();
    return !failed();
  }

  void write() {
    bytes_ += out_.size();
    const auto written = sink_(out_.view());
    if (!written) failure_ = written.failure();
    out_.cut(0);
  }

  void fail(const std::string& why) { failure_ = {errc::store_damaged, folder_ + ": " + why}; }
  void take_failure() {
    const auto why = from_.take_failure();
    if (why && !failed()) fail(why->why);
  }
  bool failed() const { return failure_.code != errc::none; }

  store_source& from_;
  const std::string& folder_;
  const byte_sink& sink_;
  export_rules rules_;
  export_encoder encoder_;
  wire::byte_writer out_;
  std::uint64_t bytes_ = 0;
  error failure_;
};

}  // namespace

result<transfer_totals> export_store(const std::string& folder, const byte_sink& sink) {
  auto from = store_source::open(folder);
  if (!from) return from.failure();
  return exporter(**from, folder, sink).run();
}

}  // namespace roost::cluster
