// Mistakes that tests plant, to see that their checkers find them. Never set by a setting.
#pragma once

namespace roost::actors {

struct planted_faults {
  bool skip_ring = false;        ///< a member that caught up is not given what came meanwhile
  bool off_by_one_at_p = false;  ///< the first missed event is left out
  bool reuse_epoch = false;      ///< a crash forgets the history and repeats the epoch
  bool duplicate_after_resume = false;  ///< the last missed event comes twice
  bool answer_before_apply = false;     ///< a push is acknowledged before the room has taken it
};

}  // namespace roost::actors
