// SPDX-License-Identifier: Apache-2.0
// Merges read_receipts and read_receipt: the position up to which each user has read.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/promises/received_frame.hpp"

namespace roost::promises {

/// One client's read marks. Owns: the marks. Runs on: one thread. Ends: with its client.
class receipts_merge {
 public:
  using json = nlohmann::json;
  using marks = std::map<std::string, position>;
  /// After a new join: forgets all marks.
  void joined() { all_.clear(); }
  /// Merges a read_receipts frame. False: a mark moved backwards.
  bool add(const json& payload) {
    bool is_ahead = true;
    for (const auto& [user, at] : payload.at("receipts").items()) {
      is_ahead = move(user, position_of(at)) && is_ahead;
    }
    return is_ahead;
  }
  /// Merges a read_receipt frame (one user). False: the mark moved backwards.
  bool moved(const json& payload) {
    return move(payload.at("user").get<std::string>(), position_of(payload));
  }
  const marks& all() const { return all_; }

 private:
  bool move(const std::string& user, position to) {
    auto& known = all_[user];
    const bool is_ahead = known.at <= to.at;
    known = std::move(to);
    return is_ahead;
  }
  static position position_of(const json& at) { return {at.at("epoch"), at.at("offset")}; }
  marks all_;
};

}  // namespace roost::promises
