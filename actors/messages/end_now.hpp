// SPDX-License-Identifier: Apache-2.0
// The message that ends any actor of a node.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

namespace roost::actors {

/// To any actor of the node: end now.
struct end_now {};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::end_now)
