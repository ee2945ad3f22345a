// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/group_writer.hpp"

#include <algorithm>
#include <utility>

#include "config/telemetry/log.hpp"

namespace roost::cluster {

using sqlite::failure;

group_writer::group_writer(std::unique_ptr<sqlite::connection> file, store_sync sync,
                           std::unique_ptr<space_reserve> reserve)
    : file_(std::move(file)),
      sync_(sync),
      reserve_(std::move(reserve)),
      logs_(*file_),
      snapshots_(*file_),
      begin_(*file_, "BEGIN IMMEDIATE"),
      commit_(*file_, "COMMIT"),
      takes_pushes_(reserve_->hold()) {
  if (takes_pushes()) return;
  reserve_due_ = time_point{};
  log::warning("store_full", {{"reason", "there is no space for the reserve"}});
}

group_writer::attempt group_writer::write(const std::vector<write_request>& group) {
  attempt out;
  out.steps.reserve(group.size());
  begin_.run();
  for (const auto& each : group) {
    if (!file_->failed()) out.steps.push_back(each.apply(logs_, snapshots_));
  }
  out.is_committing = !file_->failed();
  commit_.run();
  out.why = file_->take_failure();
  if (!out.why) return out;
  if (file_->is_in_transaction()) file_->run("ROLLBACK");
  (void)file_->take_failure();
  return out;
}

std::vector<write_request> group_writer::commit(std::vector<write_request> group, time_point now) {
  if (!stopped_.empty()) {
    for (auto& each : group) each.done({write_outcome::refused, {}, stopped_});
    return {};
  }
  auto made = write(group);
  if (made.why && made.why->of == failure::kind::not_written && free_reserve(*made.why, now)) {
    made = write(group);
  }
  if (made.why) {
    answer_failure(group, made);
    return {};
  }
  if (sync_ == store_sync::interval && !unsynced_since_) unsynced_since_ = now;
  std::vector<write_request> rest;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (made.steps[i].has_more) {
      rest.push_back(std::move(group[i]));
    } else {
      group[i].done(std::move(made.steps[i].result));
    }
  }
  return rest;
}

/// SQLite writes the mark of a commit last, so if a write failed nothing is stored. After another
/// error the mark may be in the file, where the next start finds it.
void group_writer::answer_failure(const std::vector<write_request>& group, const attempt& failed) {
  const auto& why = *failed.why;
  auto outcome = failed.is_committing ? write_outcome::unknown : write_outcome::refused;
  if (why.of == failure::kind::not_written) outcome = write_outcome::full;
  log::error("store_write_failed", {{"reason", why.why}, {"writes", group.size()}});
  if (failed.is_committing && why.of == failure::kind::other) stop(why.why);
  for (const auto& each : group) each.done({outcome, {}, why.why});
  // A copy of the WAL file's pages lets it begin anew, so that purges find space on a full disk.
  if (why.of == failure::kind::not_written) {
    file_->checkpoint(false);
    (void)file_->take_failure();
  }
}

/// Gives up the reserve for what does not fit. Returns false if it was not held.
bool group_writer::free_reserve(const failure& why, time_point now) {
  if (!reserve_->release()) return false;
  takes_pushes_ = false;
  reserve_due_ = now + reserve_interval;
  log::warning("store_full", {{"reason", why.why}});
  return true;
}

void group_writer::hold_reserve_if_due(time_point now) {
  if (!reserve_due_ || now < *reserve_due_) return;
  reserve_due_ = now + reserve_interval;
  if (!reserve_->hold()) return;
  reserve_due_.reset();
  if (!stopped_.empty()) return;
  takes_pushes_ = true;
  log::info("store_has_space");
}

/// After a failed sync the kernel may drop what it could not write and report success the next
/// time, so no later write could be answered truthfully.
void group_writer::stop(const std::string& why) {
  stopped_ = "the store failed before: " + why;
  takes_pushes_ = false;
  log::error("store_failed", {{"reason", why}});
}

std::optional<group_writer::time_point> group_writer::checkpoint_due() const {
  if (!unsynced_since_) return {};
  return *unsynced_since_ + sync_interval;
}

std::optional<group_writer::time_point> group_writer::next_due() const {
  const auto due = checkpoint_due();
  if (!due || !reserve_due_) return due ? due : reserve_due_;
  return std::min(*due, *reserve_due_);
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
  if (why && why->of == failure::kind::not_written) free_reserve(*why, now);
  // Without space for the copy the WAL file is synced all the same.
  if (is_complete || (why && why->of == failure::kind::not_written)) unsynced_since_.reset();
}

}  // namespace roost::cluster
