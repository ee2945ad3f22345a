// Mistakes that tests plant, to see that their checkers find them. Never set by a setting.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace roost::actors {

struct planted_faults {
  bool skip_ring = false;        ///< a member that caught up is not given what came meanwhile
  bool off_by_one_at_p = false;  ///< the first missed event is left out
  bool reuse_epoch = false;      ///< a crash forgets the history and repeats the epoch
  bool duplicate_after_resume = false;  ///< the last missed event comes twice
  bool answer_before_apply = false;     ///< a push is acknowledged before the room has taken it
  bool broadcast_before_reply = false;  ///< the fan-out writes broadcasts first, then replies
  bool keep_credit_of_leave = false;    ///< the fan-out does not give back what a leave has cost
  bool apply_repeats = false;           ///< a command that comes twice is done twice
  bool forget_values = false;           ///< a repeated idempotency value is taken as new
  bool keep_gone_present = false;       ///< presence is not told that a member has left
};

/// By name, as tests are told which one to plant.
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

/// Plants the fault of this name. False: there is none.
inline bool plant(std::string_view name, planted_faults& into) {
  for (const auto& [known, fault] : planted_faults_by_name) {
    if (known != name) continue;
    into.*fault = true;
    return true;
  }
  return false;
}

}  // namespace roost::actors
