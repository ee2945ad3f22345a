// Keeps secrets of clients out of the log.
#pragma once

#include <string>
#include <string_view>

namespace roost::log {

/// A request target with the values of `token`, `api_key`, `password` and the like in its query
/// replaced, and whatever looks like a signed token. Keys are compared as a server reads them:
/// percent-decoded, in any case, also as the last part of `params[token]`.
std::string redact(std::string_view target);

}  // namespace roost::log
