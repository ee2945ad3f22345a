#include "tests/actors/room/room_world.hpp"

#include <exception>
#include <utility>

namespace roost::actors {

namespace {

net::ref ref_of(std::string_view text) {
  return text.empty() ? net::ref{} : net::ref{"\"" + std::string(text) + "\""};
}

net::inbound inbound_of(const topic& where, const saying& what) {
  net::inbound out;
  out.said.topic = where.name;
  out.said.event = what.event;
  out.said.reference = ref_of(what.reference);
  out.said.join_ref = ref_of(what.join_ref);
  out.said.body.data = slice::of(bytes_ptr::copy(what.payload));
  out.said.body.is_object = what.payload.starts_with('{');
  return out;
}

}  // namespace

room_world::room_world(world_options with)
    : plan_(with.rule),
      room_(where_, with.rule, std::move(with.kinds), 1, {epoch{1}, "life1"}, with.faults),
      bus_(with.bus),
      luck_(with.seed) {
  config.rooms = {with.rule};
  for (std::size_t i = 0; i < with.edges; ++i) {
    edges_.push_back(std::make_unique<edge_side>(edge_side{
        room_edge{where_, cluster::edge_id{node_id{i + 1}, 1}, plan_, true, with.faults}}));
    for (std::size_t loop = 0; loop < loops; ++loop) {
      edges_.back()->fan_outs.emplace_back(around(*edges_.back(), loop));
    }
  }
}

fan_model::surroundings room_world::around(edge_side& of, std::size_t loop) {
  return {
      [this](connection_id who) {
        auto& found = client_of(who);
        return found.is_gone ? nullptr : &found.link();
      },
      [this, &of, loop](const page_wanted& what) {
        of.from_fan_out[loop].emplace_back([this, &of, what] {
          of.logic.give_page(what, of.effects);
          carry_out(of);
        });
      },
      [this](connection_id who, channel_serial serial) {
        auto& to = client_of(who);
        to.to_connection.emplace_back([this, &to, serial] { to.channels.ended(where_, serial); });
      }};
}

std::size_t room_world::add_client(net::wire_format format, std::size_t edge) {
  const auto index = clients_.size();
  const auto id = make_connection_id(loop_id{static_cast<std::uint16_t>(index % loops)}, index + 1);
  clients_.push_back({id, edge, format, net::session_ptr(new fake_session(id))});
  return index;
}

// As connection.cpp does it.
decision::kind room_world::say(std::size_t who, const saying& what) {
  auto& from = clients_[who];
  const auto in = inbound_of(where_, what);
  auto* found = from.channels.find(where_.name);
  std::optional<channel_facts> facts;
  if (found) facts = channel_facts{found->join_ref, found->serial, found->is_leaving};
  auto by =
      decide(in, facts, from.channels.held(), from.channels.next_serial(), from.format, config);
  ++from.said;
  if (by.what == decision::kind::drop || by.what == decision::kind::answer) {
    const bool is_ok = by.why == errc::none;
    const auto response = is_ok ? std::string("{}") : net::error_response(by.why);
    if (by.what == decision::kind::answer) {
      from.link().send(
          net::encode_reply(from.format, by.join_ref, in.said.reference, {where_.name},
                            is_ok ? net::reply_status::ok : net::reply_status::error, {response}),
          net::flush_class::small);
    }
    from.link().answered(1);
    return by.what;
  }
  auto& at = by.what == decision::kind::open ? from.channels.open(by, where_.name, 0) : *found;
  if (by.request.what == edge_request::kind::join) {
    from.channels.rejoin(at, by);
  } else if (by.request.what == edge_request::kind::leave) {
    from.channels.leave(at);
  }
  by.request.from = from.id;
  by.request.bytes_in = 1;
  request(from, std::move(by.request));
  return by.what;
}

void room_world::close(std::size_t who) {
  auto& from = clients_[who];
  if (std::exchange(from.is_gone, true)) return;
  from.link().close(errc::client_closed);
  from.channels.each([&](const auto& each) {
    edge_request gone;
    gone.what = edge_request::kind::gone;
    gone.from = from.id;
    gone.serial = each.serial;
    request(from, std::move(gone));
  });
  from.channels.clear();
}

// As connection_token.cpp does it.
void room_world::expel(std::size_t who) {
  auto& from = clients_[who];
  from.channels.each([&](auto& each) {
    if (!from.channels.leave(each)) return;
    edge_request close;
    close.what = edge_request::kind::close;
    close.from = from.id;
    close.serial = each.serial;
    close.format = from.format;
    request(from, std::move(close));
  });
}

void room_world::request(client& from, edge_request what) {
  auto& to = *edges_[from.edge];
  from.to_edge.emplace_back([this, &to, what = std::move(what)]() mutable {
    to.logic.request(std::move(what), to.effects);
    carry_out(to);
  });
}

void room_world::inject(std::size_t edge, const cluster::event_ptr& what) {
  auto& to = *edges_[edge];
  to.logic.event(what, to.effects);
  carry_out(to);
}

void room_world::carry(lane& into, const std::function<void()>& what) {
  const auto roll = luck_() % 100;
  if (roll < bus_.lost) return;
  into.push_back(what);
  if (roll < bus_.lost + bus_.twice) into.push_back(what);
}

// As room_edge_actor.cpp does it.
void room_world::carry_out(edge_side& of) {
  auto& out = of.effects;
  for (auto& each : out.commands) {
    carry(of.to_owner, [this, what = std::move(each)] { own(what); });
  }
  publish(out.events);
  std::vector<delivery> by_loop(loops);
  for (auto& each : out.directs) by_loop[loop_of(each.to).value].directs.push_back(std::move(each));
  const auto& attached = of.logic.attached_by_loop();
  for (std::size_t loop = 0; loop < loops; ++loop) {
    auto& what = by_loop[loop];
    if (loop < attached.size() && attached[loop] != 0) what.casts = out.casts;
    if (what.directs.empty() && what.casts.empty()) continue;
    of.to_fan_out[loop].emplace_back(
        [&of, loop, what]() mutable { of.fan_outs[loop].deliver(what); });
  }
  auto& sums = of.sums;
  sums.recovered += out.recovered;
  sums.not_recovered += out.not_recovered;
  sums.catch_ups_lost += out.catch_ups_lost;
  sums.gaps += out.gaps;
  sums.repeated += out.repeated;
  sums.resent += out.resent;
  out.clear();
}

// As room_actor.cpp does it.
void room_world::own(const cluster::command& what) {
  std::vector<cluster::event_ptr> out;
  try {
    room_.apply(what, now_, out);
  } catch (const std::exception&) {
    ++lives_;
    room_.crashed(what, {epoch{lives_}, "life" + std::to_string(lives_)}, out);
  }
  publish(out);
}

void room_world::publish(const std::vector<cluster::event_ptr>& what) {
  for (const auto& each : what) {
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      carry(edges_[i]->from_owner, [this, i, each] { inject(i, each); });
    }
  }
}

void room_world::pass_time(milliseconds time) {
  now_ += time;
  std::vector<cluster::event_ptr> out;
  room_.tick(now_, out);
  publish(out);
}

void room_world::tell_head() { publish({room_.head_event()}); }

void room_world::tick_edge(std::size_t edge) {
  auto& of = *edges_[edge];
  of.logic.tick(of.effects);
  carry_out(of);
}

bool room_world::lose_command(std::size_t edge) {
  auto& from = edges_[edge]->to_owner;
  if (from.empty()) return false;
  from.pop_front();
  return true;
}

bool room_world::lose_event(std::size_t edge) {
  auto& from = edges_[edge]->from_owner;
  if (from.empty()) return false;
  from.pop_front();
  return true;
}

std::vector<std::string> room_world::take(std::size_t who) {
  auto& from = clients_[who];
  const bool wanted = from.link().wants_writable();
  auto out = from.link().take();
  if (wanted && !from.is_gone) {
    const auto loop = loop_of(from.id).value;
    auto& of = *edges_[from.edge];
    of.to_fan_out[loop].emplace_back([&of, loop, id = from.id] { of.fan_outs[loop].writable(id); });
  }
  return out;
}

std::vector<room_world::lane*> room_world::lanes(bool with_owner) {
  std::vector<lane*> out;
  for (auto& each : clients_) {
    out.push_back(&each.to_edge);
    out.push_back(&each.to_connection);
  }
  for (auto& each : edges_) {
    if (with_owner) out.push_back(&each->to_owner);
    out.push_back(&each->from_owner);
    for (auto& loop : each->to_fan_out) out.push_back(&loop);
    for (auto& loop : each->from_fan_out) out.push_back(&loop);
  }
  std::erase_if(out, [](const lane* each) { return each->empty(); });
  return out;
}

bool room_world::move(lane& from) {
  if (from.empty()) return false;
  const auto next = std::move(from.front());
  from.pop_front();
  next();
  return true;
}

bool room_world::step(std::mt19937& random) {
  const auto ready = lanes(true);
  return !ready.empty() && move(*ready[random() % ready.size()]);
}

bool room_world::step_owner(std::size_t edge) { return move(edges_[edge]->to_owner); }
bool room_world::step_edge(std::size_t edge) { return move(edges_[edge]->from_owner); }

void room_world::settle(bool with_owner) {
  for (auto ready = lanes(with_owner); !ready.empty(); ready = lanes(with_owner)) {
    move(*ready.front());
  }
}

void room_world::settle() { settle(true); }
void room_world::settle_but_owner() { settle(false); }

std::size_t room_world::attached(std::size_t edge) const {
  std::size_t sum = 0;
  for (auto each : edges_[edge]->logic.attached_by_loop()) sum += each;
  return sum;
}

std::size_t room_world::in_rosters(std::size_t edge) const {
  std::size_t sum = 0;
  for (const auto& each : edges_[edge]->fan_outs) sum += each.members();
  return sum;
}

std::size_t room_world::catching_up(std::size_t edge) const {
  std::size_t sum = 0;
  for (const auto& each : edges_[edge]->fan_outs) sum += each.catching_up();
  return sum;
}

}  // namespace roost::actors
