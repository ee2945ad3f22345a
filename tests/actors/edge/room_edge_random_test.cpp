// SPDX-License-Identifier: Apache-2.0
// Random runs: clients join, push, leave, crash the room, are expelled and vanish. Each lane keeps
// its order, but lanes advance independently. A failing seed is printed.
#include <deque>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/room_check.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// A room kind that refuses some joins and pushes and throws on others.
class moody_handler final : public room_handler {
 public:
  explicit moody_handler(unsigned& asked) : asked_(asked) {}
  void on_join(room_context& context, const room_member&, std::string_view) override {
    ++asked_;
    if (asked_ % 31 == 0) throw std::runtime_error("join");
    if (asked_ % 11 == 0) context.refuse(errc::unauthorized);
  }
  void on_leave(room_context&, const room_member&) override {
    if (++asked_ % 97 == 0) throw std::runtime_error("left");
  }
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("push");
    if (pushed.event == "no") return context.refuse(errc::rate_limited);
    context.broadcast(std::string(pushed.event), pushed.payload);
  }

 private:
  unsigned& asked_;
};

struct run {
  static constexpr std::size_t clients = 7;

  explicit run(unsigned seed)
      : random(seed),
        has_echo(seed % 2 == 0),
        edges({.rule = rule(), .handlers = kinds(), .edges = 2}) {
    for (std::size_t i = 0; i < clients; ++i) {
      const auto format = net::wire_format::at((i + 3) % net::wire_format::count);
      edges.add_client(format, i % 2);
      views.emplace_back(static_cast<int>(i), "room:1", promises::terms_of(rule()), clock, truth,
                         found);
      views.back().connected(1, format.positions);
      join_refs.emplace_back();
      gone.push_back(false);
    }
  }
  room_rule rule() const {
    auto out = quiet_rule();
    out.echo = has_echo;
    out.members_max = 5;
    return out;
  }
  handler_factory kinds() {
    return [this](const room_rule&) { return std::make_unique<moody_handler>(moods); };
  }

  void act() {
    const auto client = random() % clients;
    const auto choice = random() % 100;
    if (choice < 25) return ask(client, "phx_join");
    if (choice < 40) return ask(client, "phx_leave");
    if (choice < 42) return ask(client, "phx_reply");  // the connection refuses this event name
    if (choice < 44) return ask(client, "no");
    if (choice < 46) return ask(client, "boom");
    if (choice == 46) return vanish(client);
    if (choice == 47) return edges.close_channel(client);
    ask(client, "msg");
  }

  void ask(std::size_t client, const std::string& event) {
    if (gone[client]) return;
    const auto reference = std::to_string(++last_ref);
    const bool is_join = event == "phx_join";
    if (is_join) join_refs[client].push_back(reference);
    auto join_ref = join_refs[client].empty() ? std::string{} : join_refs[client].back();
    if (!is_join && random() % 8 == 0) join_ref.clear();
    if (!is_join && random() % 16 == 0 && !join_refs[client].empty())
      join_ref = join_refs[client][0];
    using kind = promises::request_kind;
    promises::request asked{is_join                ? kind::join
                            : event == "phx_leave" ? kind::leave
                            : event == "msg"       ? kind::push
                                                   : kind::refused_push};
    asked.number = last_ref;
    const nlohmann::json payload = {{"c", client}, {"l", 1}, {"s", last_ref}};
    if (asked.kind == kind::push) truth.sent(promises::content_of(event, payload));
    views[client].requested(reference, asked);
    const auto text = is_join ? std::string("{}") : payload.dump();
    const auto way = edges.say(client, {event, reference, join_ref, text});
    if (way == message_result::action_kind::drop) views[client].dropped(reference);
  }

  void vanish(std::size_t client) {
    read(client);
    edges.close(client);
    views[client].connection_lost();
    gone[client] = true;
  }

  void read(std::size_t client) {
    for (const auto& frame : edges.take(client)) {
      views[client].received(promises::decode_frame(frame));
      INFO("client " << client << " got " << frame);
      check_found();
    }
  }

  void play() {
    for (int i = 0; i < 150; ++i) {
      act();
      const auto moves = random() % 12;
      for (unsigned m = 0; m < moves; ++m) edges.step(random);
      for (std::size_t client = 0; client < clients; ++client) read(client);
    }
    settle();
  }

  void settle() {
    edges.settle();
    for (std::size_t client = 0; client < clients; ++client) read(client);
  }

  void check_found() const {
    INFO(found.name() << ": " << (found.first() ? found.first()->text : ""));
    REQUIRE_FALSE(found.first().has_value());
  }

  std::mt19937 random;
  unsigned moods = 0;
  bool has_echo;
  room_edges_fixture edges;
  tests::virtual_time clock;
  promises::findings found;
  promises::room_truth truth{"room:1", found};
  std::deque<promises::member_view> views;
  std::vector<std::vector<std::string>> join_refs;
  std::vector<bool> gone;
  unsigned last_ref = 0;
};

void check_sums(run& r) {
  std::size_t in = 0;
  for (std::size_t client = 0; client < run::clients; ++client) {
    INFO("client " << client);
    if (r.gone[client]) continue;
    CHECK(r.edges.has_all_credit(client));
    CHECK(r.edges.channels_of(client) == (r.views[client].is_live() ? 1U : 0U));
    in += r.views[client].is_live() ? 1 : 0;
  }
  promises::room_members members;
  for (const auto& each : r.views) members.push_back(&each);
  const auto head = r.edges.owner().head().value;
  promises::check_members(members, promises::terms_of(r.rule()), r.found, head);
  r.truth.check_quiet(head);
  r.check_found();
  CHECK(r.edges.owner().members() == in);
  std::size_t attached = 0;
  for (std::size_t edge = 0; edge < 2; ++edge) {
    CHECK(r.edges.edge(edge).waiting() == 0);
    CHECK(r.edges.edge(edge).channels() == r.edges.attached(edge));
    CHECK(r.edges.subscribed(edge) == r.edges.attached(edge));
    attached += r.edges.attached(edge);
  }
  CHECK(attached == in);
}

}  // namespace

TEST_CASE("random clients at any pace never see a broken promise of the room") {
  std::size_t broadcasts = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    run r(seed);
    r.play();
    check_sums(r);
    for (std::size_t client = 0; client < run::clients; ++client) {
      broadcasts += r.views[client].events();
      r.vanish(client);
    }
    r.settle();
    CHECK(r.edges.owner().members() == 0);
    CHECK(r.edges.attached(0) + r.edges.attached(1) == 0);
    CHECK(r.edges.edge(0).channels() + r.edges.edge(1).channels() == 0);
    CHECK(r.edges.subscribed(0) + r.edges.subscribed(1) == 0);
  }
  CHECK(broadcasts > 10'000);  // ensures that the runs exercised enough
}
