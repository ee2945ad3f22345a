// SPDX-License-Identifier: Apache-2.0
#include "net/http/fd_budget.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

#include "config/telemetry/log.hpp"

namespace roost::net::http {
namespace {

constexpr std::uint64_t spare_default = 200;
constexpr std::uint64_t files_a_loop = 5;  // two epolls, a timer, a wake-up event, a listener
constexpr auto files_max = std::numeric_limits<std::uint32_t>::max();

}  // namespace

fd_budget fd_budget_for(std::uint64_t files, std::size_t loops) {
  files = std::min<std::uint64_t>(files, files_max);
  const auto spare = std::min(spare_default + files_a_loop * loops, files / 2);
  return {static_cast<std::uint32_t>(files - spare),
          static_cast<std::uint32_t>(files - spare + spare / 2)};
}

fd_budget fd_budget_of_process(std::uint32_t configured, std::size_t loops) {
  rlimit files{};
  const bool is_known = ::getrlimit(RLIMIT_NOFILE, &files) == 0;
  auto out = fd_budget_for(is_known ? std::uint64_t{files.rlim_cur} : files_max, loops);
  if (configured > out.connections) {
    log::warning("open_files_too_few", {{"node.connections_max", configured},
                                        {"open_files_max", std::uint64_t{files.rlim_cur}},
                                        {"room_for_connections", out.connections},
                                        {"raise", "ulimit -n, or LimitNOFILE of systemd"}});
  }
  if (configured != 0) out.connections = std::min(configured, out.connections);
  return out;
}

}  // namespace roost::net::http
