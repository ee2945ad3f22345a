// SPDX-License-Identifier: Apache-2.0
// Plays the cases of cases.json, which the system tests' checker plays as well.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/promises/member_view.hpp"
#include "tests/promises/room_terms.hpp"

namespace roost::promises {

/// One room with clients 0, 1, …; README.md lists the steps of a case. Owns: the room's state and
/// the clients. Runs on: the test's thread. Ends: with the case.
class case_player {
 public:
  using json = nlohmann::json;
  explicit case_player(const json& described);
  void play(const json& steps);
  /// The name of the first promise that was broken, or "nothing".
  std::string broken() const { return std::string(found_.name()); }
  const std::string& text() const;
  /// The first client's position, such as "a:13"; empty if that client knows none.
  std::string position_text() const;
  /// For each presence key, the refs of the metas that the first client has.
  std::map<std::string, std::vector<std::string>> shown() const;

 private:
  struct client {
    member_view view;
    bool shows_positions = true;
    std::uint64_t connection = 1;
    std::string join_ref = {};  ///< of the newest answered join
  };
  void step(const json& step);
  bool play_request(client& by, const json& step);
  bool play_reply(client& by, const json& step);
  bool play_frame(client& by, const json& step);
  void join(client& by, const json& step);
  void push(client& by, const json& step, request_kind kind, const char* field);
  void reply(client& by, const json& reference, const char* status, json response);
  void play_event(client& by, const json& step);
  void play_ephemeral(client& by, const json& step);
  void rest(const json& step);

  room_terms terms_;
  tests::virtual_time clock_;
  findings found_;
  room_truth truth_;
  std::deque<client> clients_;
};

}  // namespace roost::promises
