// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_list.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

void kept_listing::keep(snapshot_listing rest) {
  const std::lock_guard lock(mutex_);
  rest_ = std::move(rest);
}

snapshot_listing kept_listing::take(shard_id shard, const std::string& after) {
  const std::lock_guard lock(mutex_);
  if (after.empty() || rest_.shard != shard || rest_.after != after) return {};
  return std::exchange(rest_, {});
}

nats_snapshot_list::nats_snapshot_list(jetstream api, subjects names,
                                       std::shared_ptr<kept_listing> kept, request of,
                                       callback done)
    : api_(api),
      names_(std::move(names)),
      kept_(std::move(kept)),
      of_(std::move(of)),
      done_(std::move(done)) {}

void nats_snapshot_list::start() {
  listing_ = kept_->take(of_.shard, of_.after);
  if (listing_.keys.empty()) return ask_for_keys(0);
  page_.up_to = listing_.up_to;
  get_some();
}

void nats_snapshot_list::ask_for_keys(std::size_t offset) {
  const auto all = of_.of_parts ? names_.parts(of_.shard) : names_.snapshots(of_.shard);
  const auto body =
      "{\"subjects_filter\":" + json_text(all) + ",\"offset\":" + std::to_string(offset) + '}';
  api_.info(names_.snapshot_stream(), body,
            [self = shared_from_this()](const auto& info) { self->take_keys(info); });
}

void nats_snapshot_list::take_keys(const result<stream_info>& info) {
  if (!info) return done_(info.failure());
  // The first page is the oldest: what was stored later may be missing.
  if (subjects_ == 0) page_.up_to = sequence{info->last};
  subjects_ += info->page.size();
  for (const auto& subject : info->page) {
    auto key = names_.key_of(of_.shard, subject);
    if (key && *key > of_.after) listing_.keys.push_back(std::move(*key));
  }
  if (!info->page.empty() && subjects_ < info->subjects) return ask_for_keys(subjects_);
  std::ranges::sort(listing_.keys);
  get_some();
}

void nats_snapshot_list::get_some() {
  const auto room = std::min(of_.max - page_.messages.size(), gets_max);
  const auto count = std::min(room, listing_.keys.size() - next_);
  if (count == 0) return finish();
  some_.assign(count, {});
  under_way_ = count;
  for (std::size_t i = 0; i < count; ++i) {
    some_[i].key = listing_.keys[next_ + i];
    const auto subject = names_.snapshot(of_.shard, some_[i].key).value_or("");
    api_.get_newest(names_.snapshot_stream(), subject, [self = shared_from_this(), i](auto answer) {
      self->take_one(i, std::move(answer));
    });
  }
}

void nats_snapshot_list::take_one(std::size_t index, result<std::optional<stored_message>> answer) {
  if (!answer) {
    failure_ = answer.failure().detail;
  } else if (*answer) {
    const auto text = (*answer)->data.view().substr(0, of_.headers_max);
    some_[index].at = sequence{(*answer)->at};
    some_[index].data = slice::of(bytes_ptr::copy(text));
  }
  if (--under_way_ == 0) add_some();
}

void nats_snapshot_list::add_some() {
  if (!failure_.empty()) return done_(error{errc::unavailable, failure_});
  next_ += some_.size();
  for (auto& each : some_) {
    if (each.at > sequence{}) page_.messages.push_back(std::move(each));
  }
  get_some();
}

void nats_snapshot_list::finish() {
  page_.is_end = next_ == listing_.keys.size();
  if (!page_.is_end && !page_.messages.empty()) {
    kept_->keep(
        {of_.shard,
         page_.messages.back().key,
         page_.up_to,
         {std::make_move_iterator(listing_.keys.begin() + static_cast<std::ptrdiff_t>(next_)),
          std::make_move_iterator(listing_.keys.end())}});
  }
  done_(std::move(page_));
}

}  // namespace roost::cluster
