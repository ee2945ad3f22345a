// Plays the cases of cases.json, which the checker of the system tests plays as well.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/promises/member_view.hpp"
#include "tests/promises/room_terms.hpp"

namespace roost::promises {

/// One room and its clients, 0, 1, …; README.md lists the steps.
/// Owns: everything in it. Runs on: the test's thread. Ends: with the case.
class case_player {
 public:
  using json = nlohmann::json;
  explicit case_player(const json& described);
  void play(const json& steps);
  /// The name of the promise that was broken first; "nothing".
  std::string broken() const { return std::string(found_.name()); }
  const std::string& text() const;
  /// "a:13", of the first client; empty: it knows no place.
  std::string where() const;
  /// By key, the refs of the metas that the first client is shown.
  std::map<std::string, std::vector<std::string>> shown() const;

 private:
  struct client {
    member_view view;
    bool shows_positions = true;
    std::uint64_t connection = 1;
    std::string join_ref = {};  ///< of the newest join that was answered
  };
  void step(const json& step);
  bool ask(client& by, const json& step);
  bool answer(client& by, const json& step);
  bool tell(client& by, const json& step);
  void join(client& by, const json& step);
  void push(client& by, const json& step, request_kind kind, const char* field);
  void reply(client& by, const json& reference, const char* status, json response);
  void tell_event(client& by, const json& step);
  void tell_ephemeral(client& by, const json& step);
  void rest(const json& step);

  room_terms terms_;
  tests::virtual_time clock_;
  findings found_;
  room_truth truth_;
  std::deque<client> clients_;
};

}  // namespace roost::promises
