// The hosts of a node that tests make up.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/http/own_hosts.hpp"

namespace roost::net::http {

/// Owns: names and addresses for an own_hosts.
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
