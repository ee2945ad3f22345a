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
    : room_(where_, with.rule, std::move(with.kinds), "life1") {
  config.rooms = {with.rule};
  for (std::size_t i = 0; i < with.edges; ++i) {
    edges_.push_back(std::make_unique<edge_side>(
        edge_side{room_edge{where_, cluster::edge_id{node_id{i + 1}, 1}}}));
  }
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
  auto by = decide(in, facts, from.channels.held(), from.last_serial + 1, from.format, config);
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
    at.serial = from.last_serial = by.request.serial;
    at.join_ref = by.request.join_ref;
    at.is_leaving = false;
  } else if (by.request.what == edge_request::kind::leave) {
    at.is_leaving = true;
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
  for (const auto& each : from.channels.all()) {
    edge_request gone;
    gone.what = edge_request::kind::gone;
    gone.from = from.id;
    gone.serial = each.serial;
    request(from, std::move(gone));
  }
  from.channels.all().clear();
}

void room_world::request(client& from, edge_request what) {
  auto& to = *edges_[from.edge];
  from.to_edge.emplace_back([this, &to, what = std::move(what)] {
    to.logic.request(what, to.effects);
    carry_out(to);
  });
}

void room_world::inject(std::size_t edge, const cluster::event& what) {
  auto& to = *edges_[edge];
  to.logic.event(what, to.effects);
  carry_out(to);
}

// As room_edge_actor.cpp does it.
void room_world::carry_out(edge_side& of) {
  auto& out = of.effects;
  for (auto& each : out.commands) {
    of.to_owner.emplace_back([this, what = std::move(each)] { own(what); });
  }
  std::vector<delivery> by_loop(loops);
  for (auto& each : out.directs) by_loop[loop_of(each.to).value].directs.push_back(std::move(each));
  const auto& attached = of.logic.attached_by_loop();
  for (std::size_t loop = 0; loop < loops; ++loop) {
    auto& what = by_loop[loop];
    what.has_broadcast = out.has_broadcast && loop < attached.size() && attached[loop] != 0;
    if (what.has_broadcast) what.frames = out.frames;
    what.except = out.except;
    if (what.directs.empty() && !what.has_broadcast) continue;
    of.to_fan_out[loop].emplace_back(
        [this, &of, loop, what]() mutable { deliver(of, loop, what); });
  }
  out.clear();
}

// As room_actor.cpp does it.
void room_world::own(const cluster::command& what) {
  std::vector<cluster::event> out;
  try {
    room_.apply(what, out);
  } catch (const std::exception&) {
    out.clear();
    room_.crashed("life" + std::to_string(++lives_), out);
    cluster::event answer;
    answer.where = where_;
    answer.what = cluster::event::kind::refused;
    answer.origin = what.from;
    answer.number = what.number;
    answer.member = what.member;
    answer.why = errc::join_crashed;
    out.push_back(std::move(answer));
  }
  for (const auto& each : out) {
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      edges_[i]->from_owner.emplace_back([this, i, each] { inject(i, each); });
    }
  }
}

// As fan_out.cpp does it.
void room_world::deliver(edge_side& of, std::size_t loop, delivery& what) {
  for (auto& each : what.directs) write(of, loop, each);
  if (what.has_broadcast) of.rosters[loop].broadcast(what.frames, what.except);
}

void room_world::write(edge_side& of, std::size_t loop, direct& what) {
  auto& to = clients_[(what.to.value & 0xffffffffffff) - 1];
  if (!to.is_gone) {
    if (what.first) to.link().send(what.first, net::flush_class::small);
    if (what.second) to.link().send(what.second, net::flush_class::small);
    if (what.gives_credit) to.link().answered(what.credit_bytes);
  }
  if (what.action == direct::then::attach && !to.is_gone) {
    of.rosters[loop].attach(to.link(), what.serial, what.format);
  }
  if (what.action == direct::then::detach || what.action == direct::then::end) {
    of.rosters[loop].detach(what.to, what.serial);
  }
  if (what.action == direct::then::end) {
    to.to_connection.emplace_back(
        [this, &to, serial = what.serial] { to.channels.ended(where_, serial); });
  }
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
  }
  std::erase_if(out, [](const lane* each) { return each->empty(); });
  return out;
}

bool room_world::step(std::mt19937& random) {
  const auto ready = lanes(true);
  if (ready.empty()) return false;
  auto& chosen = *ready[random() % ready.size()];
  const auto move = std::move(chosen.front());
  chosen.pop_front();
  move();
  return true;
}

void room_world::settle(bool with_owner) {
  for (auto ready = lanes(with_owner); !ready.empty(); ready = lanes(with_owner)) {
    const auto move = std::move(ready.front()->front());
    ready.front()->pop_front();
    move();
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
  for (const auto& each : edges_[edge]->rosters) sum += each.size();
  return sum;
}

}  // namespace roost::actors
