// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/group_writer.hpp"

#include <utility>

#include "config/telemetry/log.hpp"

namespace roost::cluster {

using sqlite::failure;

group_writer::group_writer(std::unique_ptr<sqlite::connection> file, store_sync sync)
    : file_(std::move(file)),
      sync_(sync),
      logs_(*file_),
      snapshots_(*file_),
      begin_(*file_, "BEGIN IMMEDIATE"),
      commit_(*file_, "COMMIT") {}

std::vector<write_request> group_writer::commit(std::vector<write_request> group, time_point now) {
  if (!stopped_.empty()) {
    for (auto& each : group) each.done({write_outcome::refused, {}, stopped_});
    return {};
  }
  begin_.run();
  std::vector<write_step> steps;
  steps.reserve(group.size());
  for (const auto& each : group) {
    if (!file_->failed()) steps.push_back(each.apply(logs_, snapshots_));
  }
  const bool is_committing = !file_->failed();
  commit_.run();
  if (const auto why = file_->take_failure()) {
    if (file_->is_in_transaction()) file_->run("ROLLBACK");
    (void)file_->take_failure();
    answer_failure(group, *why, is_committing);
    return {};
  }
  if (sync_ == store_sync::interval && !unsynced_since_) unsynced_since_ = now;
  std::vector<write_request> rest;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (steps[i].has_more) {
      rest.push_back(std::move(group[i]));
    } else {
      group[i].done(std::move(steps[i].result));
    }
  }
  return rest;
}

/// SQLite writes the mark of a commit last, so if a write failed nothing is stored. After another
/// error the mark may be in the file, where the next start finds it.
void group_writer::answer_failure(const std::vector<write_request>& group, const failure& why,
                                  bool is_committing) {
  auto outcome = is_committing ? write_outcome::unknown : write_outcome::refused;
  if (why.of == failure::kind::not_written) outcome = write_outcome::full;
  log::error("store_write_failed", {{"reason", why.why}, {"writes", group.size()}});
  if (is_committing && why.of == failure::kind::other) stop(why.why);
  for (const auto& each : group) each.done({outcome, {}, why.why});
  // A copy of the WAL file's pages lets it begin anew, so that purges find space on a full disk.
  if (why.of == failure::kind::not_written) {
    file_->checkpoint(false);
    (void)file_->take_failure();
  }
}

/// After a failed sync the kernel may drop what it could not write and report success the next
/// time, so no later write could be answered truthfully.
void group_writer::stop(const std::string& why) {
  stopped_ = "the store failed before: " + why;
  log::error("store_failed", {{"reason", why}});
}

std::optional<group_writer::time_point> group_writer::checkpoint_due() const {
  if (!unsynced_since_) return {};
  return *unsynced_since_ + sync_interval;
}

void group_writer::checkpoint_if_due(time_point now) {
  const int pages = file_->wal_pages();
  if (pages < pages_at_checkpoint_) pages_at_checkpoint_ = 0;  // the WAL file began anew
  const auto due = checkpoint_due();
  if (pages - pages_at_checkpoint_ < checkpoint_pages && !(due && *due <= now)) return;
  pages_at_checkpoint_ = pages;
  const bool is_complete = file_->checkpoint(false);
  const auto why = file_->take_failure();
  if (why && why->of == failure::kind::other) return stop(why->why);
  if (unsynced_since_) unsynced_since_ = now;
  // Without space for the copy the WAL file is synced all the same.
  if (is_complete || (why && why->of == failure::kind::not_written)) unsynced_since_.reset();
}

}  // namespace roost::cluster
