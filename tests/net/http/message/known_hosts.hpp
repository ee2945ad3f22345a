// SPDX-License-Identifier: Apache-2.0
// Fake host names and interface addresses of a node.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/http/message/own_hosts.hpp"

namespace roost::net::http {

/// Data for an own_hosts. Owns: the names and addresses.
struct known_hosts {
  std::vector<std::string> names;
  std::vector<std::string> interfaces = {};
  interface_addresses addresses{[this] {
    std::vector<address_bytes> out;
    for (const auto& each : interfaces) out.push_back(*parse_address(each));
    return out;
  }};
  own_hosts own() { return {names, addresses, time_point{}}; }
};

}  // namespace roost::net::http
