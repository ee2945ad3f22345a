// What a client makes of read_receipts and read_receipt: how far each user has read.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "tests/promises/heard.hpp"

namespace roost::promises {

/// Owns: the marks it was told. Runs on: one thread. Ends: with its client.
class receipts_merge {
 public:
  using json = nlohmann::json;
  using marks = std::map<std::string, position>;
  /// The channel was joined anew.
  void joined() { all_.clear(); }
  /// read_receipts: adds to the frames before. False: a mark went back.
  bool add(const json& payload) {
    bool is_ahead = true;
    for (const auto& [user, at] : payload.at("receipts").items()) {
      is_ahead = move(user, place_of(at)) && is_ahead;
    }
    return is_ahead;
  }
  /// read_receipt: one user's. False: it went back.
  bool moved(const json& payload) {
    return move(payload.at("user").get<std::string>(), place_of(payload));
  }
  const marks& all() const { return all_; }

 private:
  bool move(const std::string& user, position to) {
    auto& known = all_[user];
    const bool is_ahead = known.at <= to.at;
    known = std::move(to);
    return is_ahead;
  }
  static position place_of(const json& at) { return {at.at("epoch"), at.at("offset")}; }
  marks all_;
};

}  // namespace roost::promises
