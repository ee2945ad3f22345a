// What a client makes of read_receipts and read_receipt: how far each user has read.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/promises/heard.hpp"

namespace roost::promises {

/// Owns: the marks it was told. Runs on: one thread. Ends: with its client.
class receipts_merge {
 public:
  using json = nlohmann::json;
  using marks = std::map<std::string, position>;
  /// The channel was joined anew.
  void joined() { all_.clear(); }
  /// read_receipts: everybody's. False: a mark went back.
  bool whole(const json& payload) {
    marks next;
    for (const auto& [user, at] : payload.at("receipts").items()) next.emplace(user, place_of(at));
    bool is_ahead = true;
    for (const auto& [user, at] : all_) {
      is_ahead = is_ahead && next.contains(user) && next.at(user).at >= at.at;
    }
    all_ = std::move(next);
    return is_ahead;
  }
  /// read_receipt: one user's. False: it went back.
  bool moved(const json& payload) {
    const auto at = place_of(payload);
    auto& known = all_[payload.at("user").get<std::string>()];
    const bool is_ahead = known.at <= at.at;
    known = at;
    return is_ahead;
  }
  const marks& all() const { return all_; }

 private:
  static position place_of(const json& at) { return {at.at("epoch"), at.at("offset")}; }
  marks all_;
};

}  // namespace roost::promises
