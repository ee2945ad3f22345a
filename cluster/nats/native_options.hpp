// SPDX-License-Identifier: Apache-2.0
// The options of a connection as nats.c takes them.
#pragma once

#include <nats/nats.h>

#include "cluster/nats/nats_options.hpp"

namespace roost::cluster {

/// The caller destroys `*out` also after a failure. nats.c reads the files of TLS at once, and the
/// others at each connect.
natsStatus make_native_options(const nats_options& options, natsOptions** out);

}  // namespace roost::cluster
