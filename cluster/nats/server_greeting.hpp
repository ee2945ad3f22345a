// SPDX-License-Identifier: Apache-2.0
// The first line that a NATS server says on every connection. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::cluster {

/// A server, as it names itself.
struct met_server {
  std::string id;       ///< a new one with each of its starts
  std::string name;     ///< for people
  std::string version;  ///< see server_version.hpp
};

/// Reads `INFO {…}`. None: it is something else.
std::optional<met_server> read_greeting(std::string_view line);

}  // namespace roost::cluster
