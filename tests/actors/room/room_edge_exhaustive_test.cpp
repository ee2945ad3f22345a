// Runs small scripts in every possible order of message delivery.
#include <deque>
#include <nlohmann/json.hpp>

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
  explicit stage(const script& what) : what_(what), world_(options(what.echo)) {
    for (const int client : {0, 1}) {
      views_.emplace_back(client, "room:1", terms(), clock_, truth_, found_);
      views_.back().connected(1);
    }
    world_.add_client({net::codec_id::v2, true});
    world_.add_client({net::codec_id::v2, true});
    for (const auto* event : {"phx_join", "msg", "msg"}) say(0, event);
    world_.settle();
    read(0);
  }
  void play(every_order& order) {
    for (const auto& event : what_.newcomer) say(1, event);
    for (const auto& event : what_.member) say(0, event);
    for (auto ready = world_.ready(); ready > 0; ready = world_.ready()) {
      world_.step_lane(order.choose(ready));
      for (std::size_t who : {0U, 1U}) read(who);
    }
    for (std::size_t who : {0U, 1U}) {
      REQUIRE(world_.channels_of(who) == (views_[who].is_live() ? 1U : 0U));
      REQUIRE(world_.has_all_credit(who));
    }
    REQUIRE(world_.edge(0).catching_up() == 0);
    const auto head = world_.owner().head().value;
    promises::check_members({&views_[0], &views_[1]}, terms(), found_, head);
    truth_.check_quiet(head);
    check_found();
  }

 private:
  static room_edges_options options(bool echo) {
    room_edges_options out;
    out.rule.echo = echo;
    out.kinds = [](const room_rule&) { return std::make_unique<relay_kind>(); };
    return out;
  }
  promises::room_terms terms() const { return promises::terms_of(world_.config.rooms[0]); }
  void check_found() const {
    INFO(found_.name() << ": " << (found_.first() ? found_.first()->text : ""));
    REQUIRE_FALSE(found_.first().has_value());
  }
  void say(std::size_t who, const std::string& event) {
    const auto reference = std::to_string(++last_ref_);
    using kind = promises::request_kind;
    promises::request asked{event == "phx_join" ? kind::join
                            : event == "msg"    ? kind::push
                                                : kind::leave};
    asked.number = last_ref_;
    nlohmann::json payload = {{"c", who}, {"l", 1}, {"s", last_ref_}};
    if (asked.kind == kind::push) truth_.says(promises::content_of(event, payload));
    if (asked.kind == kind::join) {
      join_ref_[who] = reference;
      payload = nlohmann::json::object();
      if (who == 1) asked.resume = what_.resume;
      if (asked.resume) {
        payload["resume"] = {{"epoch", asked.resume->epoch}, {"offset", asked.resume->at}};
      }
    }
    views_[who].asked(reference, std::move(asked));
    world_.say(who, {event, reference, join_ref_[who], payload.dump()});
  }
  void read(std::size_t who) {
    for (const auto& frame : world_.take(who)) {
      views_[who].got(promises::hear(frame));
      INFO("client " << who << " got " << frame);
      check_found();
    }
  }

  const script& what_;
  room_edges_fixture world_;
  tests::virtual_time clock_;
  promises::findings found_;
  promises::room_truth truth_{"room:1", found_};
  std::deque<promises::member_view> views_;
  std::string join_ref_[2];
  unsigned last_ref_ = 0;
};

std::size_t play_all(const script& what) {
  every_order order;
  std::size_t runs = 0;
  do {
    ++runs;
    stage(what).play(order);
  } while (order.next());
  return runs;
}

}  // namespace

TEST_CASE("a join and a leave at every point of an event miss nothing and get nothing twice") {
  const bool resumes = GENERATE(false, true);
  script what{.newcomer = {"phx_join", "phx_leave"}, .member = {"msg"}};
  if (resumes) what.resume = promises::position{"life1", 1};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a join that resumes at every point of two events gets both once") {
  const script what{
      .newcomer = {"phx_join"}, .member = {"msg", "msg"}, .resume = promises::position{"life1", 0}};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a join and a push of the newcomer at every point of an event keep reply before event") {
  const bool echo = GENERATE(true, false);
  const script what{.echo = echo,
                    .newcomer = {"phx_join", "msg"},
                    .member = {"msg"},
                    .resume = promises::position{"life1", 0}};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a second join at every point of an event goes on where the first ended") {
  const script what{.newcomer = {"phx_join", "phx_join"},
                    .member = {"msg"},
                    .resume = promises::position{"life1", 1}};
  CHECK(play_all(what) > 100);
}
