// Where broken invariants are reported.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roost::sim {

struct violation {
  std::string invariant;  ///< its sentence in tests/sim/README.md
  std::string what;       ///< who saw what
};

/// Owns: the first violation; what follows from it says nothing. Runs on: one thread. Ends: any
/// time.
class findings {
 public:
  void broke(std::string_view invariant, std::string what) {
    if (!first_) first_ = violation{std::string(invariant), std::move(what)};
  }
  const std::optional<violation>& first() const { return first_; }

 private:
  std::optional<violation> first_;
};

/// The invariants, each with its name.
namespace promise {
inline constexpr std::string_view one_order = "everybody sees the same event at a position";
inline constexpr std::string_view order = "offsets increase, and no epoch comes back";
inline constexpr std::string_view no_gap = "a member sees every event";
inline constexpr std::string_view answered_once = "each ref is answered at most once";
inline constexpr std::string_view answered = "each ref of a live channel is answered";
inline constexpr std::string_view within_channel = "nothing before the join's reply or after close";
inline constexpr std::string_view push_order = "pushes are applied once, in the order sent";
inline constexpr std::string_view reply_first = "own reply first, then own broadcast";
inline constexpr std::string_view true_answer =
    "what is acknowledged happened, what is refused not";
inline constexpr std::string_view resume = "a resumed member gets what it missed, or is told";
inline constexpr std::string_view said = "what members are told was said, and is told in order";
inline constexpr std::string_view once = "a value of the idempotency field counts once";
inline constexpr std::string_view receipts = "read receipts only go ahead, and end up equal";
inline constexpr std::string_view presence = "presence ends up equal to the live channels";
inline constexpr std::string_view bounds = "no queue passes its bound";
inline constexpr std::string_view no_leak = "nothing outlives its connection or room";
inline constexpr std::string_view rest = "everything comes to rest";
inline constexpr std::string_view well_formed = "frames are as the protocol says";
}  // namespace promise

}  // namespace roost::sim
