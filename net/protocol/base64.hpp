// Bytes as text, for clients whose protocol has no binary frames.
#pragma once

#include <string>
#include <string_view>

namespace roost::net {

/// RFC 4648 section 4: the standard alphabet, padded.
std::string base64_encode(std::string_view data);

}  // namespace roost::net
