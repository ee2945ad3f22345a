#include "actors/api/api_actor.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/api/api_text.hpp"
#include "actors/connection/user_directory.hpp"
#include "config/base/log.hpp"
#include "config/reserved_names.hpp"
#include "net/auth/token_office.hpp"

namespace roost::actors {

using net::http::api_route;

api_actor::api_actor(caf::actor_config& cfg, node_context& node, const bus_inlet& inlet)
    : pinned(cfg), node_(node), inlet_(inlet), edges_(*node.edges) {}

caf::behavior api_actor::make_behavior() {
  static thread_local const caf::behavior shared{
      [](api_question& what) { self<api_actor>().take(what); },
      [](errand_done& what) { self<api_actor>().take(what); },
      [](rooms_listed& what) { self<api_actor>().take(what); },
      [](api_sweep) { self<api_actor>().sweep(); },
      [](end_now) { self<api_actor>().end(); },
  };
  return shared;
}

void api_actor::take(api_question& what) {
  api_job made;
  made.asked = std::move(what.asked);
  made.caller = what.caller;
  made.done = what.done;
  made.since = home().now();
  const auto number = jobs_.open(std::move(made));
  if (!number) {
    what.caller->post([done = std::move(what.done)] {
      done(error{errc::unavailable, "too many requests wait for their answers"});
    });
    return;
  }
  start(*number, *jobs_.find(*number));
  finish_if_done(*number);
  arm();
}

void api_actor::start(std::uint64_t number, api_job& job) {
  switch (job.asked.route) {
    case api_route::publish:
    case api_route::broadcast:
    case api_route::room:
    case api_route::presence:
    case api_route::history:
      return ask_edges(number, job);
    case api_route::rooms:
      return list_rooms(number, job);
    case api_route::user:
      return ask_links(number, job);
    case api_route::disconnect:
      return disconnect(job);
    case api_route::revoke:
      return revoke(job);
  }
}

void api_actor::ask_edges(std::uint64_t number, api_job& job) {
  job.expect(job.asked.topics.size());
  for (std::size_t i = 0; i < job.parts.size(); ++i) {
    const auto& where = job.asked.topics[i];
    if (net::http::is_change(job.asked.route) && is_reserved_event(job.asked.event)) {
      job.answer(i, errc::reserved_event);
    } else if (!node_.rules->plan_of(where.name)) {
      job.answer(i, errc::unmatched_topic);
    } else {
      const auto ticket = jobs_.ticket({number, i});
      caf::anon_send(edges_.take(where), request_of(job, ticket));
    }
  }
}

edge_request api_actor::request_of(const api_job& job, std::uint64_t ticket) const {
  const auto& asked = job.asked;
  errand what{ticket};
  edge_request out;
  out.what = edge_request::kind::look;
  if (net::http::is_change(asked.route)) {
    out.what = edge_request::kind::publish;
    out.event = asked.event;
    out.body.data = asked.payload;
    out.body.is_object = true;
    // The prefix "s" is payload_field()'s form of a string, so that an idempotency key in the
    // header equals the same key in the payload.
    if (!asked.idempotency_key.empty()) what.once = "s" + asked.idempotency_key;
  } else if (asked.route == api_route::history) {
    what.events_max = asked.limit;
    if (asked.since) what.since = cluster::place{asked.since->epoch, asked.since->at};
  } else {
    what.wants_presence = asked.route == api_route::presence;
  }
  out.errand = std::make_shared<const errand>(std::move(what));
  return out;
}

void api_actor::take(errand_done& what) {
  const auto part = jobs_.redeem(what.ticket);
  if (!part) return;  // dropped by sweep()
  auto& job = *jobs_.find(part->job);
  edges_.give_back(job.asked.topics[part->index], home().now());
  job.answer(part->index, text_of(job, what));
  finish_if_done(part->job);
}

result<std::string> api_actor::text_of(const api_job& job, const errand_done& what) const {
  if (what.why == errc::not_found) return error{what.why, "there is no room of this topic"};
  if (what.why != errc::none) return what.why;
  if (!what.seen) return api_text::place(what);
  const auto& seen = *what.seen;
  const auto plan = node_.rules->plan_of(seen.where->name);
  switch (job.asked.route) {
    case api_route::history:
      return api_text::history(seen);
    case api_route::presence:
      if (!seen.told.empty()) return std::string{seen.told.front().second.data.view()};
      if (plan && plan->rule.presence.mode == presence_mode::full) {
        return error{errc::payload_too_large,
                     "the room is over presence.full_max: it has numbers only, see /api/room"};
      }
      return error{errc::not_found, "presence.mode keeps no list here: see /api/room"};
    default:
      return api_text::room(
          {seen.where, plan ? plan->rule.kind : "", seen.epoch_text, seen.at, seen.members},
          node_.config->node.name);
  }
}

void api_actor::list_rooms(std::uint64_t number, api_job& job) {
  job.missing = node_.scheduler.size();
  const auto most = job.asked.limit + std::size_t{1};  // one more shows that there is a next page
  for (std::size_t i = 0; i < node_.scheduler.size(); ++i) {
    auto& loop = node_.scheduler.unit(i).home();
    // Capture no actor reference: a stopped loop may hold this handler after the actors are gone.
    loop.post([number, most, match = job.asked.match, after = job.asked.after, node = &node_,
               id = loop.id(), inlet = &inlet_] {
      caf::anon_send(node->api, rooms_listed{number, inlet->rooms_of(id).list(match, after, most)});
    });
  }
}

void api_actor::take(rooms_listed& what) {
  auto* const job = jobs_.find(what.job);
  if (!job) return;
  std::move(what.rooms.begin(), what.rooms.end(), std::back_inserter(job->rooms));
  --job->missing;
  finish_if_done(what.job);
}

void api_actor::ask_links(std::uint64_t number, api_job& job) {
  const auto links = node_.users->of(job.asked.user);
  job.total = links.size();
  job.expect(std::min(links.size(), links_max));
  for (std::size_t i = 0; i < job.parts.size(); ++i) {
    const auto answered = [this, number, i](result<std::string> with) {
      auto* const found = jobs_.find(number);
      if (!found) return;
      found->answer(i, std::move(with));
      finish_if_done(number);
    };
    request(links[i], caf::infinite, link_question{})
        .then([answered](const link_facts& what) { answered(api_text::link(what)); },
              // The connection has ended in the meantime.
              [answered](const caf::error&) { answered(errc::not_found); });
  }
}

void api_actor::disconnect(api_job& job) {
  const auto links = node_.users->of(job.asked.user);
  for (const auto& each : links) caf::anon_send(each, end_link{errc::disconnected});
  log::info("user_disconnected",
            {log::of_user(job.asked.user), {"connections", links.size()}, {"by", "api"}});
  job.parts = {"{\"connections\":" + std::to_string(links.size()) + "}"};
}

/// The token office notifies the connections, see tell_revoked().
void api_actor::revoke(api_job& job) {
  constexpr std::int64_t usual_ms = 24LL * 3'600 * 1'000;
  const auto now_ms = unix_ms();
  net::auth::revocation what;
  what.id = job.asked.user;
  what.before_ms = now_ms;
  if (job.asked.user.empty()) {
    what.kind = net::auth::revocation_kind::token;
    what.id = job.asked.token_id;
  }
  what.until_ms = job.asked.until_s ? *job.asked.until_s * 1'000 : now_ms + usual_ms;
  if (!node_.verifier) {
    job.parts = {errc::unavailable};
  } else if (!node_.verifier->revoke(what, now_ms)) {
    job.parts = {error{errc::bad_request, "until is over already"}};
  } else {
    job.parts = {api_text::revoked(what)};
  }
}

void api_actor::finish_if_done(std::uint64_t number) {
  auto job = jobs_.take_if_done(number);
  if (!job) return;
  job->caller->post(
      [done = std::move(job->done), with = result_of(*job)]() mutable { done(std::move(with)); });
}

result<std::string> api_actor::result_of(api_job& job) const {
  switch (job.asked.route) {
    case api_route::broadcast:
      return api_text::broadcast(job.asked.topics, job.parts);
    case api_route::rooms:
      std::ranges::sort(job.rooms, {}, &room_line::where);
      return api_text::rooms(job.rooms, job.asked.limit, node_.config->node.name);
    case api_route::user: {
      std::vector<std::string> links;
      for (const auto& each : job.parts) {
        if (each) links.push_back(*each);
      }
      return api_text::user(job.asked.user, job.total, links);
    }
    default:
      return job.parts.front();
  }
}

void api_actor::arm() {
  if (is_armed_ || (jobs_.empty() && edges_.empty())) return;
  is_armed_ = true;
  delayed_send(this, sweep_every, api_sweep{});
}

void api_actor::sweep() {
  is_armed_ = false;
  const auto now = home().now();
  for (const auto& each : jobs_.drop_old(now - patience)) edges_.give_back(each, now);
  edges_.sweep(now);
  arm();
}

void api_actor::end() {
  edges_.release_all();
  quit();
}

}  // namespace roost::actors
