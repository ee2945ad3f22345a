// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_log_reader.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

nats_log_reader::nats_log_reader(jetstream api, std::string stream, std::string subject,
                                 sequence from, std::size_t bytes_max, callback done)
    : api_(api),
      stream_(std::move(stream)),
      subject_(std::move(subject)),
      from_(from.value),
      bytes_max_(bytes_max),
      done_(std::move(done)) {}

void nats_log_reader::start() {
  api_.info(stream_, {}, [self = shared_from_this()](const auto& info) { self->look(info); });
}

void nats_log_reader::look(const result<stream_info>& info) {
  if (!info) return fail(info.failure().detail);
  last_ = info->last;
  const auto first = std::max(from_, info->first);
  if (first > last_) return finish();
  mean_bytes_ = static_cast<std::size_t>(info->bytes / std::max<std::uint64_t>(info->messages, 1));
  get_batch(first);
}

void nats_log_reader::get_batch(std::uint64_t first) {
  const auto wanted = bytes_max_ / std::max<std::size_t>(mean_bytes_, 1) + 1;
  // The bound of bytes is passed with the last message, which is then left out.
  const auto body = "{\"seq\":" + std::to_string(first) +
                    ",\"next_by_subj\":" + json_text(subject_) +
                    ",\"batch\":" + std::to_string(std::min(wanted, batch_max)) +
                    ",\"max_bytes\":" + std::to_string(std::max<std::size_t>(bytes_max_, 1)) + '}';
  api_.get_direct(stream_, body, true, [self = shared_from_this()](auto answer) {
    self->take_batch(std::move(answer));
  });
}

void nats_log_reader::take_batch(result<direct_answer> answer) {
  if (!answer) return fail(answer.failure().detail);
  for (auto& each : answer->messages) {
    if (!add(each.at, std::move(each.data))) break;
  }
  if (page_.messages.empty()) return fail("a replica of the log lags behind its leader");
  if (answer->is_batch || is_enough_) return finish();
  next_ = page_.messages.back().at.value + 1;
  get_more();
}

void nats_log_reader::get_more() {
  const auto room = bytes_max_ > bytes_ ? bytes_max_ - bytes_ : 0;
  const auto wanted = room / std::max<std::size_t>(mean_bytes_, 1) + 1;
  ++under_way_;  // a request may be refused at once, and must not finish the page in this loop
  while (!is_enough_ && next_ <= last_ && under_way_ <= std::min(wanted, gets_max)) {
    ++under_way_;
    const auto at = next_++;
    api_.get_direct(
        stream_, "{\"seq\":" + std::to_string(at) + '}', false,
        [self = shared_from_this(), at](const auto& answer) { self->take_one(at, answer); });
  }
  if (--under_way_ == 0) finish();
}

void nats_log_reader::take_one(std::uint64_t at, const result<direct_answer>& answer) {
  --under_way_;
  // A message that is missing ends the page; the next read looks where the log goes on.
  if (!answer || answer->messages.empty()) {
    is_enough_ = true;
  } else {
    early_.emplace(at, answer->messages[0].data);
  }
  while (!early_.empty() && early_.begin()->first == page_.messages.back().at.value + 1) {
    add(early_.begin()->first, std::move(early_.begin()->second));
    early_.erase(early_.begin());
  }
  get_more();
}

/// False: the page has enough, and this message is not in it.
bool nats_log_reader::add(std::uint64_t at, slice data) {
  bytes_ += data.size;
  if (!page_.messages.empty() && bytes_ > bytes_max_) is_enough_ = true;
  if (is_enough_) return false;
  page_.messages.push_back({sequence{at}, std::move(data)});
  return true;
}

void nats_log_reader::finish() {
  page_.is_end = page_.messages.empty() || page_.messages.back().at.value >= last_;
  done_(std::move(page_));
}

void nats_log_reader::fail(std::string_view why) {
  done_(error{errc::unavailable, std::string(why)});
}

}  // namespace roost::cluster
