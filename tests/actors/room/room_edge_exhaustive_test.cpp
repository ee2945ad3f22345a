// Small scripts in every order that their messages can take.
#include "tests/actors/room/client_view.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// All runs of a script, one after the other: at each point another lane moves first.
class every_order {
 public:
  /// Which of `ready` lanes moves now.
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
  std::vector<std::pair<std::size_t, std::size_t>> chosen_;  // and of how many
  std::size_t at_ = 0;
};

struct script {
  bool echo = true;
  std::vector<std::string> newcomer;  ///< what the one says that is not in yet
  std::vector<std::string> member;    ///< what the one says that is
  std::optional<room_record::place> resume = {};
};

/// A member is in and has pushed two events; then both speak.
class stage {
 public:
  explicit stage(const script& what) : what_(what), world_(options(what.echo)) {
    for (const auto* name : {"0", "1"}) views_.emplace_back(name, what.echo, together_);
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
      REQUIRE(views_[who].unanswered() == 0);
      if (views_[who].is_in()) REQUIRE(views_[who].seen() == world_.owner().head().value);
      REQUIRE(world_.channels_of(who) == (views_[who].is_in() ? 1U : 0U));
      REQUIRE(world_.has_all_credit(who));
    }
    REQUIRE(world_.edge(0).catching_up() == 0);
  }

 private:
  static room_edges_options options(bool echo) {
    room_edges_options out;
    out.rule.echo = echo;
    out.kinds = [](const room_rule&) { return std::make_unique<relay_kind>(); };
    return out;
  }
  void say(std::size_t who, const std::string& event) {
    const auto reference = std::to_string(++last_ref_);
    client_view::request request{.is_join = event == "phx_join"};
    std::string payload = R"({"by":")" + std::to_string(who) + R"(","ref":")" + reference + "\"}";
    if (request.is_join) {
      join_ref_[who] = reference;
      payload = "{}";
      if (who == 1 && what_.resume) {
        request.resume = what_.resume;
        payload = R"({"resume":{"epoch":")" + what_.resume->first + R"(","offset":)" +
                  std::to_string(what_.resume->second) + "}}";
      }
    }
    views_[who].asked(reference, request, true);
    world_.say(who, {event, reference, join_ref_[who], payload});
  }
  void read(std::size_t who) {
    for (const auto& frame : world_.take(who)) {
      const auto broken = views_[who].got(frame);
      INFO("client " << who << " got " << frame);
      INFO(broken.value_or(""));
      REQUIRE_FALSE(broken.has_value());
    }
  }

  const script& what_;
  room_edges_fixture world_;
  room_record together_;
  std::vector<client_view> views_;
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
  if (resumes) what.resume = room_record::place{"life1", 1};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a join that resumes at every point of two events gets both once") {
  const script what{
      .newcomer = {"phx_join"}, .member = {"msg", "msg"}, .resume = room_record::place{"life1", 0}};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a join and a push of the newcomer at every point of an event keep reply before event") {
  const bool echo = GENERATE(true, false);
  const script what{.echo = echo,
                    .newcomer = {"phx_join", "msg"},
                    .member = {"msg"},
                    .resume = room_record::place{"life1", 0}};
  CHECK(play_all(what) > 100);
}

TEST_CASE("a second join at every point of an event goes on where the first ended") {
  const script what{.newcomer = {"phx_join", "phx_join"},
                    .member = {"msg"},
                    .resume = room_record::place{"life1", 1}};
  CHECK(play_all(what) > 100);
}
