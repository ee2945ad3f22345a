// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_tasks.hpp"

#include <utility>

namespace roost::actors {

std::optional<std::uint64_t> api_tasks::open(api_task task) {
  if (tasks_.size() >= tasks_max) return std::nullopt;
  tasks_.emplace(++last_, std::move(task));
  return last_;
}

api_task* api_tasks::find(std::uint64_t task) {
  const auto it = tasks_.find(task);
  return it == tasks_.end() ? nullptr : &it->second;
}

std::uint64_t api_tasks::add_call(call_slot slot) {
  calls_.emplace(++last_, slot);
  return last_;
}

std::optional<api_tasks::call_slot> api_tasks::take_call(std::uint64_t request_id) {
  const auto it = calls_.find(request_id);
  if (it == calls_.end()) return std::nullopt;
  const auto out = it->second;
  calls_.erase(it);
  return out;
}

const api_tasks::call_slot* api_tasks::find_call(std::uint64_t request_id) const {
  const auto it = calls_.find(request_id);
  return it == calls_.end() ? nullptr : &it->second;
}

std::optional<api_task> api_tasks::take_if_done(std::uint64_t task) {
  const auto it = tasks_.find(task);
  if (it == tasks_.end() || it->second.missing != 0) return std::nullopt;
  auto out = std::move(it->second);
  tasks_.erase(it);
  return out;
}

std::vector<api_tasks::dropped_call> api_tasks::drop_old(time_point before) {
  std::vector<dropped_call> out;
  for (auto it = calls_.begin(); it != calls_.end();) {
    const auto* const task = find(it->second.task);
    const bool is_old = !task || task->since < before;
    if (is_old && task) out.push_back({it->first, task->request.topics[it->second.index]});
    it = is_old ? calls_.erase(it) : std::next(it);
  }
  std::erase_if(tasks_, [before](const auto& each) { return each.second.since < before; });
  return out;
}

}  // namespace roost::actors
