// Converts payloads between the codecs (net::payload) and the bus (cluster::body). Pure.
#pragma once

#include <utility>

#include "cluster/envelope.hpp"
#include "net/protocol/codec.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

inline cluster::body body_of(net::payload what) {
  return {std::move(what.data), what.kind == net::payload_kind::binary};
}

/// A view for the encoders; valid as long as `what` is.
inline net::payload_view view_of(const cluster::body& what) {
  return {what.data.view(), what.is_binary ? net::payload_kind::binary : net::payload_kind::json};
}

}  // namespace roost::actors
