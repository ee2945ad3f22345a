// Keeps secrets of clients out of the log.
#pragma once

#include <string>
#include <string_view>

namespace roost::log {

/// A request target with the values of `token`, `access_token` and `api_key` in its query replaced.
/// Keys are compared as a server reads them: percent-decoded, in any case.
std::string redact(std::string_view target);

}  // namespace roost::log
