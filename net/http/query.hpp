// The target of a request: its path and its decoded query.
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

/// Takes the origin form ("/a?b") and the absolute form ("http://host/a?b").
request_target split_target(std::string_view target);

/// The "host:port" of a target in absolute form with a scheme of the web (http, https, ws, wss);
/// nothing for any other target.
std::optional<std::string_view> authority_of(std::string_view target);

using parameter_list = std::vector<std::pair<std::string, std::string>>;

/// `query` without the parameters of this name, which is compared undecoded.
std::string without_parameter(std::string_view query, std::string_view name);

/// Decodes percent signs and plus signs. Nothing comes back where a percent sign is malformed.
std::optional<parameter_list> parse_query(std::string_view query);

}  // namespace roost::net::http
