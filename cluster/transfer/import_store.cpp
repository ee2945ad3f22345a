// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "cluster/embedded/store_builder.hpp"
#include "cluster/transfer/export_format.hpp"
#include "cluster/transfer/export_rules.hpp"
#include "cluster/transfer/export_store.hpp"
#include "config/base/overloaded.hpp"

namespace roost::cluster {
namespace {

error damaged(const std::string& why) { return {errc::store_damaged, "the export: " + why}; }

/// One import. Owns: nothing. Runs on: one thread. Ends: with run().
class importer {
 public:
  importer(store_builder& to, std::optional<std::uint32_t> shards) : to_(to), shards_(shards) {}

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
      // finish() tells why the store could not take it.
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
                          [this](const export_parts::snapshot& x) {
                            return to_.add_snapshot(rules_.shard(), x.key, x.at, x.data.view());
                          },
                          [](const export_parts::end&) { return true; },
                      },
                      part);
  }

  store_builder& to_;
  const std::optional<std::uint32_t> shards_;
  export_decoder decoder_;
  export_rules rules_;
  sequence last_snapshot_;
};

}  // namespace

result<transfer_totals> import_store(const std::string& folder, std::optional<std::uint32_t> shards,
                                     const byte_source& source) {
  auto to = store_builder::begin(folder);
  if (!to) return to.failure();
  return importer(**to, shards).run(source);
}

}  // namespace roost::cluster
