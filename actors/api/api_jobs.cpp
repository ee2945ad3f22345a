#include "actors/api/api_jobs.hpp"

#include <utility>

namespace roost::actors {

std::optional<std::uint64_t> api_jobs::open(api_job what) {
  if (jobs_.size() >= jobs_max) return std::nullopt;
  jobs_.emplace(++last_, std::move(what));
  return last_;
}

api_job* api_jobs::find(std::uint64_t job) {
  const auto it = jobs_.find(job);
  return it == jobs_.end() ? nullptr : &it->second;
}

std::uint64_t api_jobs::ticket(part of) {
  tickets_.emplace(++last_, of);
  return last_;
}

std::optional<api_jobs::part> api_jobs::redeem(std::uint64_t ticket) {
  const auto it = tickets_.find(ticket);
  if (it == tickets_.end()) return std::nullopt;
  const auto out = it->second;
  tickets_.erase(it);
  return out;
}

std::optional<api_job> api_jobs::take_if_done(std::uint64_t job) {
  const auto it = jobs_.find(job);
  if (it == jobs_.end() || it->second.missing != 0) return std::nullopt;
  auto out = std::move(it->second);
  jobs_.erase(it);
  return out;
}

std::vector<topic> api_jobs::drop_old(time_point before) {
  std::vector<topic> out;
  for (auto it = tickets_.begin(); it != tickets_.end();) {
    const auto* const job = find(it->second.job);
    const bool is_old = !job || job->since < before;
    if (is_old && job) out.push_back(job->asked.topics[it->second.index]);
    it = is_old ? tickets_.erase(it) : std::next(it);
  }
  std::erase_if(jobs_, [before](const auto& each) { return each.second.since < before; });
  return out;
}

}  // namespace roost::actors
