// Fault injection for tests: bugs that the tests' checkers must detect. No setting enables them.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace roost::actors {

struct planted_faults {
  bool skip_ring = false;               ///< events that arrive while a member catches up are lost
  bool off_by_one_at_p = false;         ///< a resume omits the first missed event
  bool reuse_epoch = false;             ///< a crash drops the history but keeps the epoch
  bool duplicate_after_resume = false;  ///< a resume sends the last missed event twice
  bool answer_before_apply = false;     ///< a push is acknowledged before the room applies it
  bool broadcast_before_reply = false;  ///< the fan-out writes broadcasts before replies
  bool keep_credit_of_leave = false;    ///< the fan-out does not release a leave's credit
  bool apply_repeats = false;           ///< commands are not deduplicated
  bool forget_values = false;           ///< idempotency keys are not deduplicated
  bool keep_gone_present = false;       ///< presence keeps members that have left
};

/// Fault names, for the command line of the tests.
inline constexpr std::array<std::pair<std::string_view, bool planted_faults::*>, 10>
    planted_faults_by_name{{
        {"skip_ring", &planted_faults::skip_ring},
        {"off_by_one_at_p", &planted_faults::off_by_one_at_p},
        {"reuse_epoch", &planted_faults::reuse_epoch},
        {"duplicate_after_resume", &planted_faults::duplicate_after_resume},
        {"answer_before_apply", &planted_faults::answer_before_apply},
        {"broadcast_before_reply", &planted_faults::broadcast_before_reply},
        {"keep_credit_of_leave", &planted_faults::keep_credit_of_leave},
        {"apply_repeats", &planted_faults::apply_repeats},
        {"forget_values", &planted_faults::forget_values},
        {"keep_gone_present", &planted_faults::keep_gone_present},
    }};

/// Enables the fault with this name. False: unknown name.
inline bool plant(std::string_view name, planted_faults& into) {
  for (const auto& [known, fault] : planted_faults_by_name) {
    if (known != name) continue;
    into.*fault = true;
    return true;
  }
  return false;
}

}  // namespace roost::actors
