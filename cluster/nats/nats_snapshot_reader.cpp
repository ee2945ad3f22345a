// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_reader.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

nats_snapshot_reader::nats_snapshot_reader(jetstream api, subjects names, shard_id shard,
                                           std::vector<std::string> keys, callback done)
    : api_(api), names_(std::move(names)), shard_(shard), done_(std::move(done)) {
  for (auto& key : keys) {
    if (auto subject = names_.snapshot(shard, key)) {
      wanted_.push_back({std::move(key), std::move(*subject), {}});
    }
  }
}

void nats_snapshot_reader::start() {
  if (wanted_.empty()) return ask_leader();
  std::string body = "{\"multi_last\":[";
  for (const auto& each : wanted_) body += json_text(each.subject) + ',';
  body.back() = ']';
  api_.get_direct(names_.snapshot_stream(), body + '}', true,
                  [self = shared_from_this()](auto answer) { self->take_all(std::move(answer)); });
}

void nats_snapshot_reader::take_all(result<direct_answer> answer) {
  if (!answer) return done_(answer.failure());
  knows_several_ = !answer->is_unknown;
  // If it has none of the keys it does not say up to where it has read.
  if (!answer->is_batch || !answer->up_to) return ask_leader();
  for (auto& each : answer->messages) {
    for (auto& key : wanted_) {
      if (key.subject == each.subject) {
        key.found = snapshot_message{key.key, sequence{each.at}, each.data};
      }
    }
  }
  finish(sequence{*answer->up_to});
}

void nats_snapshot_reader::ask_leader() {
  const auto self = shared_from_this();
  const auto stream = names_.snapshot_stream();
  ++attempts_;
  failure_.clear();
  under_way_ = wanted_.size() + 1;
  // Requests of one connection are answered in their order, so this one is read first.
  api_.info(stream, {}, [self](const auto& info) { self->take_info(info); });
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    api_.get_newest(stream, wanted_[i].subject,
                    [self, i](auto answer) { self->take_one(i, std::move(answer)); });
  }
}

void nats_snapshot_reader::take_info(const result<stream_info>& info) {
  if (info) {
    last_ = sequence{info->last};
    replicas_ = info->replicas;
  } else {
    failure_ = info.failure().detail;
  }
  finish_part();
}

void nats_snapshot_reader::take_one(std::size_t index,
                                    result<std::optional<stored_message>> answer) {
  auto& each = wanted_[index];
  each.found.reset();
  if (!answer) {
    failure_ = answer.failure().detail;
  } else if (*answer) {
    each.found = snapshot_message{each.key, sequence{(*answer)->at}, std::move((*answer)->data)};
  }
  finish_part();
}

void nats_snapshot_reader::finish_part() {
  if (--under_way_ > 0) return;
  const bool has_any =
      std::ranges::any_of(wanted_, [](const auto& each) { return each.found.has_value(); });
  if (failure_.empty() && replicas_ > 1 && (has_any || !knows_several_)) {
    // Separate requests may reach a deposed leader, so with replicas they can only say "none".
    failure_ = knows_several_ ? "a replica of the snapshots lags behind their leader"
                              : "this nats-server is too old for replicas";
  }
  if (!failure_.empty()) return done_(error{errc::unavailable, failure_});
  const bool is_one_moment = std::ranges::all_of(
      wanted_, [this](const auto& each) { return !each.found || each.found->at <= last_; });
  if (is_one_moment) return finish(last_);
  if (attempts_ < attempts_max) return ask_leader();
  done_(error{errc::unavailable, "the snapshots change too fast"});
}

void nats_snapshot_reader::finish(sequence up_to) {
  snapshot_page page;
  page.up_to = up_to;
  for (auto& each : wanted_) {
    if (each.found) page.messages.push_back(std::move(*each.found));
  }
  done_(std::move(page));
}

}  // namespace roost::cluster
