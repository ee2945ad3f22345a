// SPDX-License-Identifier: Apache-2.0
// Splits a request target into path and query, and decodes the query. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::net::http {

struct request_target {
  std::string_view path;
  std::string_view query;  ///< without the question mark
};

/// Accepts the origin form ("/a?b") and the absolute form ("http://host/a?b").
request_target split_target(std::string_view target);

/// The "host:port" of a target in absolute form with the scheme http, https, ws or wss; nullopt for
/// any other target.
std::optional<std::string_view> authority_of(std::string_view target);

using parameter_list = std::vector<std::pair<std::string, std::string>>;

/// `query` without the parameters called `name`; compares names before percent-decoding.
std::string without_parameter(std::string_view query, std::string_view name);

/// Decodes percent-encoding, and plus signs as spaces. Returns nullopt for malformed encoding.
std::optional<parameter_list> parse_query(std::string_view query);

}  // namespace roost::net::http
