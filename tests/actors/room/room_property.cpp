#include "tests/actors/room/room_property.hpp"

#include <stdexcept>
#include <utility>

namespace roost::actors {

namespace {

/// Refuses some joins and pushes and throws at others.
class moody_kind final : public room_kind {
 public:
  moody_kind(unsigned& asked, std::size_t& crashes) : asked_(asked), crashes_(crashes) {}
  result<void> joined(connection_id) override {
    if (++asked_ % 61 == 0) fail("join");
    if (asked_ % 17 == 0) return errc::unauthorized;
    return {};
  }
  void left(connection_id) override {
    if (++asked_ % 97 == 0) fail("left");
  }
  result<broadcast> pushed(const push& what) override {
    if (what.event == "boom") fail("push");
    if (what.event == "no") return errc::rate_limited;
    return broadcast{std::string(what.event), what.payload};
  }

 private:
  [[noreturn]] void fail(const char* where) {
    ++crashes_;
    throw std::runtime_error(where);
  }
  unsigned& asked_;
  std::size_t& crashes_;
};

std::string place_text(const room_record::place& at) {
  return R"({"epoch":")" + at.first + R"(","offset":)" + std::to_string(at.second) + "}";
}

}  // namespace

property_run::property_run(const property_options& with)
    : random_(with.seed),
      has_echo_(with.seed % 2 == 0),
      is_large_(with.seed % 3 == 0),
      loses_(with.loses),
      world_(options_of(with)) {
  for (std::size_t i = 0; i < slots_max; ++i) slots_.push_back(open({}));
}

room_edges_options property_run::options_of(const property_options& with) {
  constexpr std::uint32_t kept[] = {3, 12, 40, 100};
  room_edges_options out;
  out.rule.echo = has_echo_;
  out.rule.members_max = with.seed % 5 == 0 ? 4 : 0;
  out.rule.history.events_max = kept[with.seed / 2 % 4];
  out.rule.history.age_ms_max = 5'000;
  if (with.seed % 7 == 0) out.rule.presence.mode = "full";
  out.kinds = [this](const room_rule&) { return std::make_unique<moody_kind>(moods_, crashes_); };
  out.edges = 2;
  out.faults = with.faults;
  if (loses_) out.bus = {8, 8};
  out.seed = with.seed;
  return out;
}

property_run::slot property_run::open(std::optional<room_record::place> place) {
  const net::wire_format format{opened_ % 3 == 0 ? net::codec_id::v1 : net::codec_id::v2, true};
  const auto index = world_.add_client(format, opened_++ % 2);
  const bool is_slow = one_in(2);
  if (is_slow) world_.link(index).limit_room(30'000);
  return {index,
          is_slow,
          client_view(std::to_string(index), has_echo_, together_),
          {},
          std::move(place)};
}

std::optional<std::string> property_run::play(property_sums& sums) {
  for (int i = 0; i < rounds && !broken_; ++i) {
    act();
    disturb();
    for (auto moves = random_() % 12; moves > 0; --moves) world_.step(random_);
    for (auto& each : slots_) {
      if (one_in(each.is_slow ? 10 : 2)) read(each);
    }
    for (std::size_t e = 0; e < 2; ++e) waits_ += world_.edge(e).catching_up();
  }
  if (!broken_) check(settle(), "it does not come to rest");
  sums.waits += waits_;
  sums.crashes += crashes_;
  for (std::size_t e = 0; e < 2; ++e) {
    sums.lost_catch_ups += world_.counted(e).catch_ups_lost;
    sums.gaps += world_.counted(e).gaps;
    sums.resent += world_.counted(e).resent;
  }
  for (const auto& each : slots_) {
    ended_.broadcasts += each.view.broadcasts();
    ended_.recovered += each.view.recovered();
    ended_.missed += each.view.missed();
  }
  sums.broadcasts += ended_.broadcasts;
  sums.recovered += ended_.recovered;
  sums.missed += ended_.missed;
  return broken_;
}

void property_run::act() {
  auto& who = slots_[random_() % slots_max];
  const auto what = random_() % 100;
  if (what < 25) return join(who);
  if (what < 33) return say(who, "phx_leave");
  if (what < 35) return say(who, "phx_reply");  // refused by the connection
  if (what < 37) return say(who, "no");
  if (what < 39) return say(who, "boom");
  if (what < 42) return vanish(who);
  say(who, "msg");
}

/// What time and the bus do.
void property_run::disturb() {
  if (one_in(20)) world_.pass_time(milliseconds(random_() % 2'000));
  if (!loses_) return;
  if (one_in(4)) world_.tick_edge(random_() % 2);
  if (one_in(10)) world_.tell_head();
}

void property_run::join(slot& who) {
  client_view::request request{.is_join = true};
  const auto last = who.view.place() ? who.view.place() : who.place;
  std::string options;
  const auto way = random_() % 10;
  if (way < 6 && last) {
    request.resume = *last;
  } else if (way == 6) {
    request.resume = room_record::place{"life" + std::to_string(random_() % 3), random_() % 60};
  }
  if (request.resume) options = R"("resume":)" + place_text(*request.resume);
  if (way == 7 || way == 5) {
    options +=
        std::string(options.empty() ? "" : ",") + R"("history":)" + std::to_string(random_() % 20);
  }
  tell(who, "phx_join", "{" + options + "}", std::move(request));
}

std::string property_run::filling() {
  if (!is_large_ || one_in(3)) return {};
  return R"(,"fill":")" + std::string(4'000 + random_() % 40'000, 'x') + "\"";
}

void property_run::say(slot& who, const std::string& event) {
  client_view::request request;
  request.never_succeeds = event == "no" || event == "boom" || event == "phx_reply";
  const auto payload = R"({"by":")" + std::to_string(who.index) + R"(","ref":")" +
                       std::to_string(last_ref_ + 1) + "\"" + filling() + "}";
  tell(who, event, payload, std::move(request));
}

void property_run::tell(slot& who, const std::string& event, const std::string& payload,
                        client_view::request request) {
  const auto reference = std::to_string(++last_ref_);
  auto& refs = who.join_refs;
  if (request.is_join) refs.push_back(reference);
  auto join_ref = refs.empty() ? std::string{} : refs.back();
  if (!request.is_join && one_in(8)) join_ref.clear();
  if (!request.is_join && one_in(16) && !refs.empty()) join_ref = refs[0];
  // Before it is said: an answer that needs no edge comes at once.
  auto at_once = who.view;
  at_once.asked(reference, request, false);
  const auto way = world_.say(who.index, {event, reference, join_ref, payload});
  if (way == decision::kind::drop) return;
  if (way == decision::kind::answer) {
    who.view = std::move(at_once);
  } else {
    who.view.asked(reference, std::move(request), true);
  }
}

void property_run::vanish(slot& who) {
  read(who);
  world_.close(who.index);
  ended_.broadcasts += who.view.broadcasts();
  ended_.recovered += who.view.recovered();
  ended_.missed += who.view.missed();
  who = open(who.view.place() ? who.view.place() : who.place);
}

void property_run::read(slot& who) {
  for (const auto& frame : world_.take(who.index)) {
    if (broken_) return;
    if (auto wrong = who.view.got(frame)) {
      broken_ = *wrong + ": client " + std::to_string(who.index) + " got " + frame.substr(0, 300);
    }
  }
}

/// False: something still waits when nothing moves any more.
bool property_run::settle() {
  world_.set_bus({});
  int still = 0;
  for (int i = 0; i < 400 && still < 4 && !broken_; ++i) {
    const bool moved = world_.ready() > 0;
    for (int moves = 0; moves < 100'000 && world_.step(random_); ++moves) continue;
    for (auto& each : slots_) read(each);
    const bool waits = world_.edge(0).waits() || world_.edge(1).waits();
    still = moved || waits ? 0 : still + 1;
    if (!loses_) continue;
    for (std::size_t e = 0; e < 2; ++e) world_.tick_edge(e);
    if (i % 4 == 0) world_.tell_head();
    still = waits ? 0 : std::min(still + 1, i < 20 ? 3 : 4);
  }
  return broken_ || still >= 4;
}

void property_run::check(bool holds, const std::string& what) {
  if (!holds && !broken_) broken_ = what;
}

void property_run::check_sums() {
  std::size_t in = 0;
  for (const auto& each : slots_) {
    const auto name = "client " + std::to_string(each.index) + ": ";
    check(each.view.unanswered() == 0, name + "a request without an answer");
    check(world_.has_all_credit(each.index), name + "credit is missing");
    check(world_.channels_of(each.index) == (each.view.is_in() ? 1U : 0U),
          name + "client and connection do not agree on whether it is in");
    if (!each.view.is_in()) continue;
    ++in;
    check(each.view.seen() == world_.owner().head().value, name + "the last events are missing");
  }
  check(world_.owner().members() == in, "the owner has other members");
  std::size_t attached = 0;
  for (std::size_t e = 0; e < 2; ++e) {
    check(world_.edge(e).waiting() == 0, "an edge waits for answers");
    check(world_.edge(e).catching_up() == 0, "an edge has members that still catch up");
    check(world_.edge(e).channels() == world_.attached(e), "an edge has channels without members");
    check(world_.in_rosters(e) == world_.attached(e), "edge and fan-outs have other members");
    check(world_.catching_up(e) == 0, "a member still waits for a page");
    attached += world_.attached(e);
  }
  check(attached == in, "the edges have other members");
}

}  // namespace roost::actors
