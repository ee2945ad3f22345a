// SPDX-License-Identifier: Apache-2.0
// The numbers of the kinds on the wire.
#pragma once

#include <concepts>
#include <cstdint>

#include "cluster/envelope.hpp"
#include "cluster/log/log_record.hpp"

namespace roost::cluster::wire {

/// The kinds of a variant in the order of their numbers 1, 2, 3, … Add new kinds at the end and
/// leave the old ones where they are. A kind that is missing here does not compile.
template <class... Kinds>
struct kind_list {
  template <class Kind>
  static constexpr std::uint8_t number() {
    std::uint8_t next = 0;
    std::uint8_t out = 0;
    ((++next, out = std::same_as<Kind, Kinds> ? next : out), ...);
    return out;
  }
};

using command_kinds =
    kind_list<commands::join, commands::leave, commands::push, commands::update_meta,
              commands::mark_read, commands::fetch, commands::fetch_side_state, commands::publish,
              commands::query, commands::ephemeral, commands::attach, commands::detach>;
using event_kinds =
    kind_list<events::ordered, events::notification, events::resync, events::ephemeral,
              events::head, events::unicast, events::kicked, events::crashed, events::joined,
              events::left, events::done, events::repeated, events::refused, events::page,
              events::side_state, events::snapshot, events::not_found, events::attached>;
using record_kinds =
    kind_list<records::ordered, records::receipts, records::crashed, records::removed>;
using log_entry_kinds =
    kind_list<log_entries::marker, log_entries::batch, log_entries::epochs, log_entries::release>;
using answer_kinds = kind_list<kept::pushed, kept::joined, kept::left, kept::done, kept::refused>;

}  // namespace roost::cluster::wire
