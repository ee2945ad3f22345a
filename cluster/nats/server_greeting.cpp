// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/server_greeting.hpp"

#include "cluster/nats/json_document.hpp"

namespace roost::cluster {

std::optional<met_server> read_greeting(std::string_view line) {
  constexpr std::string_view begin = "INFO ";
  if (!line.starts_with(begin)) return {};
  const json_document info(line.substr(begin.size()));
  met_server out{std::string(info.text("/server_id")), std::string(info.text("/server_name")),
                 std::string(info.text("/version"))};
  if (out.id.empty() || out.version.empty()) return {};
  if (out.name.empty()) out.name = out.id;
  return out;
}

}  // namespace roost::cluster
