// SPDX-License-Identifier: Apache-2.0
// Runs small scripts in every possible order of message delivery.
#include <deque>
#include <nlohmann/json.hpp>

#include "actors/room/kinds/relay_handler.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/room_check.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// Enumerates all runs of a script: at each step, each lane once delivers first.
class every_order {
 public:
  /// The index of the lane, out of `ready` lanes, that delivers now.
  std::size_t choose(std::size_t ready) {
    if (at_ == chosen_.size()) chosen_.push_back({0, ready});
    return chosen_[at_++].first;
  }
  /// Prepares the next run. False: that was the last.
  bool next() {
    at_ = 0;
    while (!chosen_.empty() && chosen_.back().first + 1 == chosen_.back().second) {
      chosen_.pop_back();
    }
    if (chosen_.empty()) return false;
    ++chosen_.back().first;
    return true;
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> chosen_;  // {chosen lane, number of lanes}
  std::size_t at_ = 0;
};

struct script {
  bool echo = true;
  std::vector<std::string> newcomer;  ///< events that the client without a channel sends
  std::vector<std::string> member;    ///< events that the member sends
  std::optional<promises::position> resume = {};
};

/// One client has joined and pushed two events; then both clients send their scripts.
class stage {
 public:
  explicit stage(const script& script) : script_(script), edges_(options(script.echo)) {
    for (const int client : {0, 1}) {
      views_.emplace_back(client, "room:1", terms(), clock_, truth_, found_);
      views_.back().connected(1);
    }
    edges_.add_client({net::codec_id::v2, true});
    edges_.add_client({net::codec_id::v2, true});
    for (const auto* event : {"phx_join", "msg", "msg"}) say(0, event);
    edges_.settle();
    read(0);
  }
  void play(every_order& order) {
    for (const auto& event : script_.newcomer) say(1, event);
    for (const auto& event : script_.member) say(0, event);
    for (auto ready = edges_.ready(); ready > 0; ready = edges_.ready()) {
      edges_.step_lane(order.choose(ready));
      for (std::size_t client : {0U, 1U}) read(client);
    }
    for (std::size_t index : {0U, 1U}) {
      REQUIRE(edges_.channels_of(index) == (views_[index].is_live() ? 1U : 0U));
      REQUIRE(edges_.has_all_credit(index));
    }
    REQUIRE(edges_.edge(0).catching_up() == 0);
    const auto head = edges_.owner().head().value;
    promises::check_members({&views_[0], &views_[1]}, terms(), found_, head);
    truth_.check_quiet(head);
    check_found();
  }

 private:
  static room_edges_options options(bool echo) {
    room_edges_options out;
    out.rule.echo = echo;
    out.handlers = [](const room_rule&) { return std::make_unique<relay_handler>(); };
    return out;
  }
  promises::room_terms terms() const { return promises::terms_of(edges_.config.rooms[0]); }
  void check_found() const {
    INFO(found_.name() << ": " << (found_.first() ? found_.first()->text : ""));
    REQUIRE_FALSE(found_.first().has_value());
  }
  void say(std::size_t client, const std::string& event) {
    const auto reference = std::to_string(++last_ref_);
    using kind = promises::request_kind;
    promises::request asked{event == "phx_join" ? kind::join
                            : event == "msg"    ? kind::push
                                                : kind::leave};
    asked.number = last_ref_;
    nlohmann::json payload = {{"c", client}, {"l", 1}, {"s", last_ref_}};
    if (asked.kind == kind::push) truth_.sent(promises::content_of(event, payload));
    if (asked.kind == kind::join) {
      join_ref_[client] = reference;
      payload = nlohmann::json::object();
      if (client == 1) asked.resume = script_.resume;
      if (asked.resume) {
        payload["resume"] = {{"epoch", asked.resume->epoch}, {"offset", asked.resume->at}};
      }
    }
    views_[client].requested(reference, std::move(asked));
    edges_.say(client, {event, reference, join_ref_[client], payload.dump()});
  }
  void read(std::size_t client) {
    for (const auto& frame : edges_.take(client)) {
      views_[client].received(promises::decode_frame(frame));
      INFO("client " << client << " got " << frame);
      check_found();
    }
  }

  const script& script_;
  room_edges_fixture edges_;
  tests::virtual_time clock_;
  promises::findings found_;
  promises::room_truth truth_{"room:1", found_};
  std::deque<promises::member_view> views_;
  std::string join_ref_[2];
  unsigned last_ref_ = 0;
};

std::size_t play_all(const script& script) {
  every_order order;
  std::size_t runs = 0;
  do {
    ++runs;
    stage(script).play(order);
  } while (order.next());
  return runs;
}

}  // namespace

TEST_CASE("a join and a leave at every point of an event miss nothing and get nothing twice") {
  const bool resumes = GENERATE(false, true);
  script script{.newcomer = {"phx_join", "phx_leave"}, .member = {"msg"}};
  if (resumes) script.resume = promises::position{"e1", 1};
  CHECK(play_all(script) > 100);
}

TEST_CASE("a resume at every point of two events receives both events once") {
  const script script{
      .newcomer = {"phx_join"}, .member = {"msg", "msg"}, .resume = promises::position{"e1", 0}};
  CHECK(play_all(script) > 100);
}

TEST_CASE("a join and a push at every point of an event get the reply before the event") {
  const bool echo = GENERATE(true, false);
  const script script{.echo = echo,
                      .newcomer = {"phx_join", "msg"},
                      .member = {"msg"},
                      .resume = promises::position{"e1", 0}};
  CHECK(play_all(script) > 100);
}

TEST_CASE("a second join at every point of an event continues where the first ended") {
  const script script{.newcomer = {"phx_join", "phx_join"},
                      .member = {"msg"},
                      .resume = promises::position{"e1", 1}};
  CHECK(play_all(script) > 100);
}
