// SPDX-License-Identifier: Apache-2.0
// Envelopes as bytes, as they travel between real nodes.
#pragma once

#include <cstdlib>
#include <utility>
#include <variant>

#include "cluster/bus.hpp"
#include "cluster/wire/envelope_codec.hpp"

namespace roost::sim {

template <class Envelope>
slice bytes_of(const Envelope& envelope) {
  cluster::wire::byte_writer out;
  if (!cluster::wire::encode(envelope, out)) std::abort();  // the simulated world has no such size
  return out.take();
}

/// Decodes one envelope and hands it over; returns why it was dropped instead.
inline cluster::wire::wire_error deliver(slice bytes, cluster::bus_handler& to) {
  auto got = cluster::wire::take_envelope(bytes);
  if (!got) return got.why;
  if (auto* command = std::get_if<cluster::command>(&got.value)) {
    to.command_arrived(std::move(*command));
  } else {
    to.event_arrived(std::get<cluster::event_ptr>(got.value));
  }
  return got.why;
}

}  // namespace roost::sim
