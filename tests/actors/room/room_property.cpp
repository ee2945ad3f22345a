// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/room/room_property.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "tests/promises/room_check.hpp"

namespace roost::actors {

namespace {

/// A room kind that refuses some joins and pushes and throws on others.
class moody_handler final : public room_handler {
 public:
  moody_handler(unsigned& asked, std::size_t& crashes) : asked_(asked), crashes_(crashes) {}
  void on_join(room_context& context, const room_member&, std::string_view) override {
    if (++asked_ % 61 == 0) fail("join");
    if (asked_ % 17 == 0) context.refuse(errc::unauthorized);
  }
  void on_leave(room_context&, const room_member&) override {
    if (++asked_ % 97 == 0) fail("left");
  }
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    if (pushed.event == "boom") fail("push");
    if (pushed.event == "no") return context.refuse(errc::rate_limited);
    context.broadcast(std::string(pushed.event), pushed.payload);
  }

 private:
  [[noreturn]] void fail(const char* hook) {
    ++crashes_;
    throw std::runtime_error(hook);
  }
  unsigned& asked_;
  std::size_t& crashes_;
};

std::string place_text(const promises::position& at) {
  return R"({"epoch":")" + at.epoch + R"(","offset":)" + std::to_string(at.at) + "}";
}

/// Removes the filling of x characters, which need not be parsed.
std::string without_filling(std::string text) {
  const auto begin = text.find("xxxx");
  if (begin == std::string::npos) return text;
  return text.erase(begin, text.find_first_not_of('x', begin) - begin);
}

}  // namespace

property_run::property_run(const property_options& with)
    : random_(with.seed),
      has_echo_(with.seed % 2 == 0),
      is_large_(with.seed % 3 == 0),
      loses_(with.loses),
      edges_(options_of(with)) {
  const auto terms = terms_of(edges_.config.rooms[0]);
  for (std::size_t i = 0; i < slots_max; ++i) {
    const auto client = static_cast<int>(i);
    slots_.push_back({promises::member_view(client, "room:1", terms, clock_, truth_, found_)});
    open(slots_.back());
  }
}

promises::room_terms property_run::terms_of(const room_rule& rule) const {
  auto out = promises::terms_of(rule);
  // With large events the byte limit evicts before the count limit, so resumes may fail.
  out.loses = loses_ || is_large_;
  out.doubles = loses_;
  return out;
}

room_edges_options property_run::options_of(const property_options& with) {
  constexpr std::uint32_t kept[] = {3, 12, 40, 100};
  room_edges_options out;
  out.rule.echo = has_echo_;
  out.rule.members_max = with.seed % 5 == 0 ? 4 : 0;
  out.rule.history.events_max = kept[with.seed / 2 % 4];
  out.rule.history.age_ms_max = 5'000;
  if (with.seed % 7 == 0) out.rule.presence.mode = presence_mode::full;
  out.handlers = [this](const room_rule&) {
    return std::make_unique<moody_handler>(moods_, crashes_);
  };
  out.edges = 2;
  out.faults = with.faults;
  if (loses_) out.bus = {8, 8};
  out.seed = with.seed;
  return out;
}

void property_run::open(slot& client) {
  const net::wire_format format{opened_ % 3 == 0 ? net::codec_id::v1 : net::codec_id::v2, true};
  client.index = edges_.add_client(format, opened_++ % 2);
  client.is_slow = one_in(2);
  if (client.is_slow) edges_.limit_room(client.index);
  client.join_refs.clear();
  client.view.connected(++client.connection);
}

std::optional<std::string> property_run::play(property_sums& sums) {
  for (int i = 0; i < rounds && !broken_; ++i) {
    act();
    disturb();
    for (auto moves = random_() % 12; moves > 0; --moves) edges_.step(random_);
    for (auto& each : slots_) {
      if (one_in(each.is_slow ? 10 : 2)) read(each);
    }
    for (std::size_t e = 0; e < 2; ++e) waits_ += edges_.edge(e).catching_up();
  }
  if (!broken_) check(settle(), "it does not come to rest");
  if (!broken_) check_sums();
  sums.waits += waits_;
  sums.crashes += crashes_;
  sums.slow += slow_;
  for (std::size_t e = 0; e < 2; ++e) {
    sums.lost_catch_ups += edges_.counted(e).catch_ups_lost;
    sums.gaps += edges_.counted(e).gaps;
    sums.resent += edges_.counted(e).resent;
  }
  for (const auto& each : slots_) {
    sums.broadcasts += each.view.events();
    sums.recovered += each.view.resumes_recovered();
    sums.missed += each.view.events_missed();
  }
  return broken_;
}

void property_run::act() {
  auto& client = slots_[random_() % slots_max];
  const auto dice = random_() % 100;
  if (dice < 25) return join(client);
  if (dice < 33) return say(client, "phx_leave");
  if (dice < 35) return say(client, "phx_reply");  // the connection refuses this event name
  if (dice < 37) return say(client, "no");
  if (dice < 39) return say(client, "boom");
  if (dice < 42) return vanish(client);
  say(client, "msg");
}

void property_run::pass(milliseconds time) {
  clock_.advance(time);
  edges_.pass_time(time);
}

/// Random clock steps and, on a lossy bus, the periodic ticks of edges and owner.
void property_run::disturb() {
  if (one_in(20)) pass(milliseconds(random_() % 2'000));
  if (!loses_) return;
  if (one_in(4)) edges_.tick_edge(random_() % 2);
  if (one_in(20)) edges_.break_link(random_() % 2);
}

void property_run::join(slot& client) {
  promises::request asked{promises::request_kind::join};
  asked.number = ++last_meta_;
  const auto& last = client.view.last_position();
  auto options = R"("meta":{"c":)" + std::to_string(client.view.client()) + R"(,"v":)" +
                 std::to_string(asked.number) + "}";
  const auto way = random_() % 10;
  if (way < 6 && last) {
    asked.resume = *last;
  } else if (way == 6) {
    asked.resume = promises::position{"e" + std::to_string(random_() % 3), random_() % 60};
  }
  if (asked.resume) options += R"(,"resume":)" + place_text(*asked.resume);
  if (way == 7 || way == 5) asked.history = random_() % 20;
  if (asked.history) options += R"(,"history":)" + std::to_string(*asked.history);
  tell(client, "phx_join", "{" + options + "}", std::move(asked));
}

std::string property_run::filling() {
  if (!is_large_ || one_in(3)) return {};
  return R"(,"fill":")" + std::string(4'000 + random_() % 40'000, 'x') + "\"";
}

void property_run::say(slot& client, const std::string& event) {
  using kind = promises::request_kind;
  promises::request asked{event == "phx_leave" ? kind::leave
                          : event == "msg"     ? kind::push
                                               : kind::refused_push};
  asked.number = ++client.pushes;
  const auto payload = R"({"c":)" + std::to_string(client.view.client()) + R"(,"l":)" +
                       std::to_string(client.connection) + R"(,"s":)" +
                       std::to_string(asked.number) + filling() + "}";
  if (asked.kind == kind::push) {
    const auto short_payload = nlohmann::json::parse(without_filling(payload));
    truth_.sent(promises::content_of(event, short_payload));
  }
  tell(client, event, payload, std::move(asked));
}

void property_run::tell(slot& client, const std::string& event, const std::string& payload,
                        promises::request asked) {
  const auto reference = std::to_string(++last_ref_);
  const bool is_join = asked.kind == promises::request_kind::join;
  auto& refs = client.join_refs;
  if (is_join) refs.push_back(reference);
  auto join_ref = refs.empty() ? std::string{} : refs.back();
  if (!is_join && one_in(8)) join_ref.clear();
  if (!is_join && one_in(16) && !refs.empty()) join_ref = refs[0];
  client.view.requested(reference, std::move(asked));
  const auto way = edges_.say(client.index, {event, reference, join_ref, payload});
  if (way == message_result::action_kind::drop) client.view.dropped(reference);
}

void property_run::vanish(slot& client) {
  read(client);
  edges_.close(client.index);
  client.view.connection_lost();
  open(client);
}

void property_run::read(slot& client) {
  for (const auto& frame : edges_.take(client.index)) {
    if (broken_) return;
    client.view.received(promises::decode_frame(without_filling(frame)));
    if (!found_.first()) continue;
    check_found();
    *broken_ += " by " + frame.substr(0, 300);
  }
  if (edges_.session(client.index).is_open()) return;
  ++slow_;
  client.view.connection_lost();
  open(client);
}

void property_run::check_found() {
  const auto& first = found_.first();
  if (first) check(false, std::string(found_.name()) + ": " + first->text);
}

/// Runs until nothing is in flight. False: something still waits after that.
bool property_run::settle() {
  edges_.set_bus({});
  int still = 0;
  for (int i = 0; i < 400 && still < 4 && !broken_; ++i) {
    const bool moved = !edges_.ready().empty();
    for (int moves = 0; moves < 100'000 && edges_.step(random_); ++moves) continue;
    for (auto& each : slots_) read(each);
    // Presence notifications are sent with a delay.
    if (edges_.config.rooms[0].presence.mode == presence_mode::full) pass(milliseconds(100));
    const bool waits = edges_.edge(0).needs_tick() || edges_.edge(1).needs_tick();
    still = moved || waits ? 0 : still + 1;
    if (!loses_) continue;
    for (std::size_t e = 0; e < 2; ++e) edges_.tick_edge(e);
    still = waits ? 0 : std::min(still + 1, i < 20 ? 3 : 4);
  }
  return broken_ || still >= 4;
}

void property_run::check(bool holds, const std::string& promise) {
  if (!holds && !broken_) broken_ = promise;
}

void property_run::check_sums() {
  const auto head = edges_.owner().head().value;
  promises::room_members views;
  std::size_t in = 0;
  for (const auto& each : slots_) {
    const auto name = "client " + std::to_string(each.view.client()) + ": ";
    check(edges_.has_all_credit(each.index), name + "credit is missing");
    check(edges_.channels_of(each.index) == (each.view.is_live() ? 1U : 0U),
          name + "client and connection do not agree on whether it is in");
    in += each.view.is_live() ? 1 : 0;
    views.push_back(&each.view);
  }
  promises::check_members(views, terms_of(edges_.config.rooms[0]), found_, head);
  truth_.check_quiet(head);
  check_found();
  check(edges_.owner().members() == in, "the owner has other members");
  std::size_t attached = 0;
  for (std::size_t e = 0; e < 2; ++e) {
    check(edges_.edge(e).waiting() == 0, "an edge waits for answers");
    check(edges_.edge(e).catching_up() == 0, "an edge has members that still catch up");
    check(edges_.edge(e).channels() == edges_.attached(e), "an edge has channels without members");
    check(edges_.subscribed(e) == edges_.attached(e), "edge and fan-outs have other members");
    check(edges_.catching_up(e) == 0, "a member still waits for a page");
    attached += edges_.attached(e);
  }
  check(attached == in, "the edges have other members");
}

}  // namespace roost::actors
