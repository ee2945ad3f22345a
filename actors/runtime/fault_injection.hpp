// SPDX-License-Identifier: Apache-2.0
// Fault injection for tests: bugs that the tests' checkers must detect. No setting enables them.
#pragma once

#include <string_view>

#include "cluster/fault_names.hpp"
#include "cluster/log/log_faults.hpp"

namespace roost::actors {

struct fault_injection {
  bool skip_recent_events = false;      ///< events that arrive while a member catches up are lost
  bool off_by_one_at_p = false;         ///< a resume omits the first missed event
  bool reuse_epoch = false;             ///< a crash drops the history but keeps the epoch
  bool duplicate_after_resume = false;  ///< a resume sends the last missed event twice
  bool answer_before_apply = false;     ///< a push is acknowledged before the room applies it
  bool broadcast_before_reply = false;  ///< the fan-out writes broadcasts before replies
  bool keep_credit_of_leave = false;    ///< the fan-out does not release a leave's credit
  bool live_while_catching_up = false;  ///< the fan-out broadcasts to members that catch up
  bool keep_closed_member = false;      ///< the fan-out keeps a member whose session has closed
  bool ephemeral_as_ordered =
      false;                       ///< an edge sends ephemeral events in messages of ordered ones
  bool apply_repeats = false;      ///< commands are not deduplicated
  bool forget_values = false;      ///< idempotency keys are not deduplicated
  bool keep_gone_present = false;  ///< presence keeps members that have left
  bool keep_position = false;      ///< a new owner takes members although it lacks their position
  bool forget_attach = false;      ///< edges do not attach after a broken link or at a new owner
  bool no_epoch_in_commands = false;    ///< a room takes commands for another owner
  bool take_before_attach = false;      ///< a room takes commands of edges that have not attached
  bool no_first_unanswered = false;     ///< rooms ignore which answers an edge has received
  bool forget_numbers = false;          ///< a loaded room has no command numbers
  bool forget_answers = false;          ///< a loaded room has no unconfirmed answers
  bool join_while_attaching = false;    ///< a new owner takes joins before it knows all members
  bool continue_notifications = false;  ///< edges continue their count in a new epoch
  bool take_old_epochs = false;         ///< edges take the events of former owners
  bool unavailable_in_doubt = false;    ///< "unavailable" although the owner may have applied it
  cluster::log_faults log = {};         ///< of the logs of shards
};

/// Fault names, for the command line of the tests.
inline constexpr cluster::fault_names<fault_injection, 24> injected_faults_by_name{{
    {"skip_recent_events", &fault_injection::skip_recent_events},
    {"off_by_one_at_p", &fault_injection::off_by_one_at_p},
    {"reuse_epoch", &fault_injection::reuse_epoch},
    {"duplicate_after_resume", &fault_injection::duplicate_after_resume},
    {"answer_before_apply", &fault_injection::answer_before_apply},
    {"broadcast_before_reply", &fault_injection::broadcast_before_reply},
    {"keep_credit_of_leave", &fault_injection::keep_credit_of_leave},
    {"live_while_catching_up", &fault_injection::live_while_catching_up},
    {"keep_closed_member", &fault_injection::keep_closed_member},
    {"ephemeral_as_ordered", &fault_injection::ephemeral_as_ordered},
    {"apply_repeats", &fault_injection::apply_repeats},
    {"forget_values", &fault_injection::forget_values},
    {"keep_gone_present", &fault_injection::keep_gone_present},
    {"keep_position", &fault_injection::keep_position},
    {"forget_attach", &fault_injection::forget_attach},
    {"no_epoch_in_commands", &fault_injection::no_epoch_in_commands},
    {"take_before_attach", &fault_injection::take_before_attach},
    {"no_first_unanswered", &fault_injection::no_first_unanswered},
    {"forget_numbers", &fault_injection::forget_numbers},
    {"forget_answers", &fault_injection::forget_answers},
    {"join_while_attaching", &fault_injection::join_while_attaching},
    {"continue_notifications", &fault_injection::continue_notifications},
    {"take_old_epochs", &fault_injection::take_old_epochs},
    {"unavailable_in_doubt", &fault_injection::unavailable_in_doubt},
}};

/// Enables the fault with this name. False: unknown name.
inline bool inject_fault(std::string_view name, fault_injection& into) {
  return cluster::enable_fault(injected_faults_by_name, name, into) ||
         cluster::enable_fault(cluster::log_faults_by_name, name, into.log);
}

}  // namespace roost::actors
