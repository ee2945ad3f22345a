// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/log_index.hpp"

#include <utility>

namespace roost::cluster {

void log_index::add(sequence at, const log_id& log, log_entries::batch batch, std::size_t bytes) {
  const bool holds = bytes_ + bytes <= bytes_max_;
  if (holds) bytes_ += bytes;
  for (auto& record : batch.records) {
    auto& entries = rooms_[record.topic];
    if (entries.empty() || entries.back().at != at) entries.push_back({at, log, {}});
    if (!holds) continue;
    auto& records = entries.back().records;
    if (!records) records.emplace();
    records->push_back(std::move(record));
  }
}

std::vector<log_index::entry> log_index::take(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end()) return {};
  auto out = std::move(found->second);
  rooms_.erase(found);
  return out;
}

void log_index::clear() {
  rooms_.clear();
  bytes_ = 0;
}

}  // namespace roost::cluster
