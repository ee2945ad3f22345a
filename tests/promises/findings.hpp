// SPDX-License-Identifier: Apache-2.0
// The list of promises to clients, and the record of the first broken promise.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roost::promises {

enum class promise : std::uint8_t {
  one_order,
  order,
  no_gap,
  answered_once,
  answered,
  answer_order,
  within_channel,
  push_order,
  reply_first,
  true_answer,
  resume,
  as_sent,
  idempotent,
  receipts,
  presence,
  well_formed,
  bounds,
  no_leak,
  rest,
  stored,
};

struct promise_row {
  std::string_view name;  ///< the name that the cases use
  std::string_view sentence;
};

/// In the order of the enum. The cases do not cover the last four; only the simulation does.
inline constexpr std::array<promise_row, 20> promise_rows{{
    {"one_order", "all members see the same event at a position"},
    {"order", "offsets increase, and no epoch comes back"},
    {"no_gap", "a member sees every event"},
    {"answered_once", "each ref is answered at most once"},
    {"answered", "each ref of a live channel is answered"},
    {"answer_order", "answers come in the order of their requests"},
    {"within_channel", "nothing comes before the join's reply or after the close"},
    {"push_order", "pushes are applied once, in the order sent"},
    {"reply_first", "a member gets its own reply before its own broadcast"},
    {"true_answer", "an acknowledged push happened, a refused one did not"},
    {"resume", "a resumed member gets the events it missed, or is told that they are lost"},
    {"as_sent", "each event is as a client sent it; ephemeral ones keep their order"},
    {"idempotent", "a value of the idempotency field counts once"},
    {"receipts", "read receipts only increase, and end up equal"},
    {"presence", "presence ends up equal to the live channels"},
    {"well_formed", "frames are as the protocol says"},
    {"bounds", "no queue passes its bound"},
    {"no_leak", "nothing outlives its connection or room"},
    {"rest", "everything comes to rest"},
    {"stored", "what clients have seen is stored, and only by the owner of the shard"},
}};

constexpr const promise_row& row_of(promise broken) {
  return promise_rows[static_cast<std::size_t>(broken)];
}

struct violation {
  promise broken = promise::one_order;
  std::string text;  ///< names the client and the frames
};

/// Keeps only the first violation, because later ones follow from it. Owns: the violation. Runs on:
/// one thread. Ends: any time.
class findings {
 public:
  void broke(promise broken, std::string text) {
    if (!first_) first_ = violation{broken, std::move(text)};
  }
  const std::optional<violation>& first() const { return first_; }
  /// The name of the first promise that was broken, or "nothing".
  std::string_view name() const { return first_ ? row_of(first_->broken).name : "nothing"; }

 private:
  std::optional<violation> first_;
};

}  // namespace roost::promises
