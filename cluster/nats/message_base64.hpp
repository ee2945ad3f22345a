// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648 section 4), in which JetStream answers with messages. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::cluster {

/// None: it is not padded base64.
std::optional<slice> decode_base64(std::string_view text);

}  // namespace roost::cluster
