// A member_view by itself, for the tests of what it finds.
#pragma once

#include <string>

#include "tests/sim/member_view.hpp"

namespace roost::sim {

/// One client on room:0, and what it hears.
struct one_member {
  explicit one_member(bool echo = true) {
    rule.echo = echo;
    rule.ephemeral = {"typing"};
  }

  void ask(const std::string& reference, request::kind what, std::uint64_t number = 0) {
    request asked{what};
    asked.number = number;
    it.asked(reference, asked);
  }
  void hear(const std::string& text) { it.got(sim::hear(text)); }
  void hear_reply(const std::string& reference, const std::string& response) {
    hear(R"([")" + joined_as + R"(",")" + reference + R"(","room:0","phx_reply",)" +
         R"({"status":"ok","response":)" + response + "}]");
  }
  void hear_refusal(const std::string& reference) {
    hear(R"([")" + joined_as + R"(",")" + reference + R"(","room:0","phx_reply",)" +
         R"({"status":"error","response":{"reason":"no"}}])");
  }
  void hear_event(int client, int number, const std::string& epoch, int at) {
    hear(R"([null,null,"room:0","msg",{"c":)" + std::to_string(client) + R"(,"s":)" +
         std::to_string(number) + R"(},{"epoch":")" + epoch + R"(","offset":)" +
         std::to_string(at) + "}]");
  }
  void hear_end(const std::string& event) {
    hear(R"([")" + joined_as + R"(",")" + joined_as + R"(","room:0",")" + event + R"(",{}])");
  }
  void join(const std::string& reference = "1", int head = 10) {
    joined_as = reference;
    ask(reference, request::kind::join);
    hear_reply(reference, R"({"epoch":"a","offset":)" + std::to_string(head) + "}");
  }
  /// Joins with a position, and hears this answer.
  void resume(const position& from, const std::string& response) {
    joined_as = "50";
    request asked{request::kind::join};
    asked.resume = from;
    it.asked("50", asked);
    hear_reply("50", response);
  }
  std::string broken() const { return found.first() ? found.first()->invariant : "nothing"; }

  room_rule rule;
  virtual_time time;
  findings found;
  room_truth truth{"room:0", found};
  member_view it{0, "room:0", rule, time, truth, found};
  std::string joined_as = "1";
};

}  // namespace roost::sim
