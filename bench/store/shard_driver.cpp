// SPDX-License-Identifier: Apache-2.0
#include "bench/store/shard_driver.hpp"

#include <chrono>
#include <random>
#include <utility>
#include <variant>

namespace roost::bench {
namespace {

using clock = std::chrono::steady_clock;

std::uint64_t random_number() {
  static std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

}  // namespace

void answer_inbox::put(answer got) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(got));
  if (waiting_.size() == 1) changed_.notify_one();
}

std::vector<answer_inbox::answer> answer_inbox::wait(milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return !waiting_.empty(); });
  return std::exchange(waiting_, {});
}

shard_driver::shard_driver(std::size_t index, cluster::shard_id shard, node_id self,
                           const open_stores& stores, const cluster::shard_log_limits& limits,
                           answer_inbox& inbox)
    : stores_(shard, *stores.log, *stores.snapshots,
              [index, &inbox](std::uint64_t request, cluster::log_answer&& body) {
                inbox.put({index, request, std::move(body)});
              }),
      log_(limits, self, random_number) {}

void shard_driver::take_over() { log_.take_over(clock::now(), unix_ms() * 1'000); }

void shard_driver::answer(answer_inbox::answer& got) {
  const auto now = clock::now();
  if (got.request == marker_request_ && marker_at_ == time_point{}) marker_at_ = now;
  log_.answer(got.request, std::move(got.body), now);
}

std::vector<cluster::shard_effect> shard_driver::poll() {
  std::vector<cluster::shard_effect> out;
  for (auto& each : log_.poll(clock::now())) {
    const auto* send = std::get_if<cluster::shard_effects::send>(&each);
    if (send == nullptr) {
      out.push_back(std::move(each));
      continue;
    }
    const auto& request = send->request;
    const bool appends = std::holds_alternative<cluster::log_requests::append>(request.body);
    if (appends && marker_request_ == 0) marker_request_ = request.id;
    stores_.send(request);
  }
  return out;
}

}  // namespace roost::bench
