// SPDX-License-Identifier: Apache-2.0
// Runs small scripts in every possible order of message delivery.
#include "tests/actors/edge/every_order.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

script paged_script() {
  return {.first = {"msg", "msg"},
          .second = {"phx_join"},
          .resume = promises::position{"e1", 0},
          .outbox_bytes = 340};
}

script ephemeral_script(bool conflates) {
  return {.first = {"typing", "typing", "msg"},
          .has_joined = true,
          .outbox_bytes = 150,
          .conflates = conflates};
}

/// Two events do not fit into the outbox, nor do an event and a reply.
script slow_script(const std::string& request) {
  return {.first = {"msg", "msg"},
          .second = {request},
          .has_joined = true,
          .outbox_bytes = 170,
          .may_close = true};
}

}  // namespace

TEST_CASE("a join and a leave at every point of three events miss nothing and get nothing twice") {
  const bool resumes = GENERATE(false, true);
  script script{.first = {"msg", "msg", "msg"}, .second = {"phx_join", "phx_leave"}};
  if (resumes) script.resume = promises::position{"e1", 1};
  CHECK(play_all(script).runs > 100);
}

TEST_CASE("a resume at every point of four events receives each of them once") {
  const script script{.first = {"msg", "msg", "msg", "msg"},
                      .second = {"phx_join"},
                      .resume = promises::position{"e1", 0}};
  CHECK(play_all(script).runs > 100);
}

TEST_CASE("a join and a push at every point of three events get the reply before the event") {
  const bool echo = GENERATE(true, false);
  const script script{.echo = echo,
                      .first = {"msg", "msg", "msg"},
                      .second = {"phx_join", "msg"},
                      .resume = promises::position{"e1", 0}};
  CHECK(play_all(script).runs > 100);
}

TEST_CASE("a second join at every point of three events continues where the first ended") {
  const script script{.first = {"msg", "msg", "msg"},
                      .second = {"phx_join", "phx_join"},
                      .resume = promises::position{"e1", 1}};
  CHECK(play_all(script).runs > 100);
}

TEST_CASE("events at every point of a paged catch-up arrive once and after the missed ones") {
  const auto counts = play_all(paged_script());
  CHECK(counts.paged == counts.runs);
}

TEST_CASE("ephemeral events that a full outbox drops or conflates close no client") {
  const bool conflates = GENERATE(false, true);
  const auto counts = play_all(ephemeral_script(conflates));
  CHECK(counts.dropped > 20);
}

TEST_CASE("a slow consumer that is closed at any point leaves nothing behind") {
  const auto* request = GENERATE("phx_leave", "msg", "phx_join");
  const auto counts = play_all(slow_script(request));
  CHECK(counts.closed > 50);
}

TEST_CASE("a planted fault is found in some order") {
  const script joins{.first = {"msg"}, .second = {"phx_join", "msg"}};
  const script leaves{.second = {"phx_join", "phx_leave"}};
  CHECK(finds(&fault_injection::broadcast_before_reply, joins));
  CHECK(finds(&fault_injection::keep_credit_of_leave, leaves));
  CHECK(finds(&fault_injection::live_while_catching_up, paged_script()));
  CHECK(finds(&fault_injection::ephemeral_as_ordered, ephemeral_script(false)));
  CHECK(finds(&fault_injection::keep_closed_member, slow_script("phx_leave")));
}
