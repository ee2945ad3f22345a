// SPDX-License-Identifier: Apache-2.0
// Selects the codec from the query parameter vsn, the client's protocol version. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "net/protocol/message.hpp"

namespace roost::net::http {

/// Matches a semantic version against "~> 1.0.0" and "~> 2.0.0"; nullopt for any other text.
std::optional<codec_id> codec_of_version(std::string_view vsn);

}  // namespace roost::net::http
