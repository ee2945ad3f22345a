// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "cluster/embedded/store_builder.hpp"
#include "cluster/log/snapshot_key.hpp"
#include "cluster/log/snapshot_parts.hpp"
#include "cluster/transfer/export_format.hpp"
#include "cluster/transfer/export_rules.hpp"
#include "cluster/transfer/export_store.hpp"
#include "cluster/wire/log_codec.hpp"
#include "config/base/overloaded.hpp"

namespace roost::cluster {
namespace {

error damaged(const std::string& why) { return {errc::store_damaged, "the export: " + why}; }

/// One import. Owns: nothing. Runs on: one thread. Ends: with run().
class importer {
 public:
  importer(store_builder& to, std::optional<std::uint32_t> shards, std::size_t message_bytes_max)
      : to_(to), shards_(shards), message_bytes_max_(message_bytes_max) {}

  result<transfer_totals> run(const byte_source& source) {
    std::uint64_t bytes = 0;
    for (;;) {
      const auto read = source();
      if (!read) return read.failure();
      if (read->empty()) break;
      bytes += read->size();
      decoder_.take(*read);
      if (const auto taken = take_parts(); !taken) return taken.failure();
    }
    if (!decoder_.end()) return damaged(decoder_.problem());
    if (const auto done = to_.finish(last_snapshot_); !done) return done.failure();
    return transfer_totals{rules_.identity()->shards, rules_.totals().log_messages,
                           rules_.totals().snapshots, bytes};
  }

 private:
  result<void> take_parts() {
    while (const auto part = decoder_.next()) {
      if (const auto why = rules_.problem_with(*part); !why.empty()) return damaged(why);
      const auto found = rules_.identity()->shards;
      if (shards_ && *shards_ != found) {
        return error{errc::cannot_open_store, "cluster.shards is " + std::to_string(*shards_) +
                                                  ", but the export has " + std::to_string(found) +
                                                  " shards: set cluster.shards to " +
                                                  std::to_string(found)};
      }
      // finish() returns the reason of the failure.
      if (!put(*part)) return to_.finish(last_snapshot_);
    }
    if (!decoder_.problem().empty()) return damaged(decoder_.problem());
    return {};
  }

  bool put(const export_part& part) {
    return std::visit(overloaded{
                          [this](const export_parts::store& x) {
                            last_snapshot_ = x.last_snapshot;
                            return to_.add_snapshot(shard_id{0}, identity_key, x.at,
                                                    x.identity.view());
                          },
                          [this](const export_parts::shard& x) {
                            const bool is_emptied = x.first > x.last && x.last.value > 0;
                            return !is_emptied || to_.add_emptied_log(x.id, x.last);
                          },
                          [this](const export_parts::log_message& x) {
                            return to_.add_to_log(rules_.shard(), x.at, x.data.view());
                          },
                          [this](const export_parts::snapshot& x) { return put(x); },
                          [](const export_parts::end&) { return true; },
                      },
                      part);
  }

  bool put(const export_parts::snapshot& snapshot) {
    const auto& whole = snapshot.data;
    if (whole.size <= message_bytes_max_ || snapshot.key == barrier_key) {
      return to_.add_snapshot(rules_.shard(), snapshot.key, snapshot.at, whole.view());
    }
    return put_in_parts(snapshot);
  }

  /// Nothing refers to the sequences of snapshots, so parts and message get new ones, in this
  /// order.
  bool put_in_parts(const export_parts::snapshot& snapshot) {
    const auto room = wire::decode_snapshot(snapshot.data).value;
    auto parts = parts_of(snapshot.data, message_bytes_max_);
    if (!parts) return to_.fail("the snapshot " + snapshot.key + " is too large");
    // Owners number their snapshots from 1 on.
    parts->names = {room.epochs.empty() ? 0 : room.epochs.back().of.ownership, 0};
    parts->first = sequence{last_snapshot_.value + 1};
    for (std::size_t i = 0; i < parts->sizes.size(); ++i) {
      const auto key = part_key(room.topic, parts->names, i);
      const auto part = cut_part(snapshot.data, *parts, i);
      if (!to_.add_snapshot(rules_.shard(), key, next_snapshot(), part.view())) return false;
    }
    wire::byte_writer message;
    if (!wire::encode(message_of(room, std::move(*parts)), message)) {
      return to_.fail("the snapshot " + snapshot.key + " has too many parts");
    }
    return to_.add_snapshot(rules_.shard(), snapshot.key, next_snapshot(), message.view());
  }
  sequence next_snapshot() { return last_snapshot_ = sequence{last_snapshot_.value + 1}; }

  store_builder& to_;
  const std::optional<std::uint32_t> shards_;
  const std::size_t message_bytes_max_;
  export_decoder decoder_;
  export_rules rules_;
  sequence last_snapshot_;
};

}  // namespace

result<transfer_totals> import_store(const std::string& folder, std::optional<std::uint32_t> shards,
                                     const byte_source& source, std::size_t message_bytes_max) {
  auto to = store_builder::begin(folder);
  if (!to) return to.failure();
  return importer(**to, shards, message_bytes_max).run(source);
}

}  // namespace roost::cluster
