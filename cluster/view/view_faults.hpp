// SPDX-License-Identifier: Apache-2.0
// Fault injection for tests: bugs of the view and of the links that the tests' checkers must
// detect. No setting enables them.
#pragma once

#include <string_view>

#include "cluster/fault_names.hpp"

namespace roost::cluster {

struct view_faults {
  bool never_freezes = false;         ///< a node that cannot hear itself removes the others
  bool counts_outage = false;         ///< silence during an outage counts after it
  bool takes_from_living = false;     ///< a node takes shards of nodes that are up
  bool ignores_gaps = false;          ///< a link with a missing frame goes on
  bool accepts_old_owner = false;     ///< an announcement counts although a newer one was heard
  bool take_old_epochs = false;       ///< events of former owners arrive
  bool no_epoch_in_commands = false;  ///< commands that were sent to another owner arrive
};

/// Fault names, for the command line of the tests.
inline constexpr fault_names<view_faults, 7> view_faults_by_name{{
    {"never_freezes", &view_faults::never_freezes},
    {"counts_outage", &view_faults::counts_outage},
    {"takes_from_living", &view_faults::takes_from_living},
    {"ignores_gaps", &view_faults::ignores_gaps},
    {"accepts_old_owner", &view_faults::accepts_old_owner},
    {"take_old_epochs", &view_faults::take_old_epochs},
    {"no_epoch_in_commands", &view_faults::no_epoch_in_commands},
}};

/// Enables the fault with this name. False: unknown name.
inline bool inject_fault(std::string_view name, view_faults& into) {
  return enable_fault(view_faults_by_name, name, into);
}

}  // namespace roost::cluster
