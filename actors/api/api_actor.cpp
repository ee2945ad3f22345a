// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_actor.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/api/api_text.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/messages/end_now.hpp"
#include "config/base/reserved_names.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

using net::http::api_route;

api_actor::api_actor(caf::actor_config& cfg, const api_dependencies& shared)
    : pinned_actor(cfg), shared_(shared), edges_(shared.edges) {}

caf::behavior api_actor::make_behavior() {
  static thread_local const caf::behavior shared{
      [](api_submission& submission) { self<api_actor>().take(submission); },
      [](api_reply& reply) { self<api_actor>().take(reply); },
      [](rooms_listed& listed) { self<api_actor>().take(listed); },
      [](api_sweep) { self<api_actor>().sweep(); },
      [](end_now) { self<api_actor>().end(); },
  };
  return shared;
}

void api_actor::take(api_submission& submission) {
  api_task made;
  made.request = std::move(submission.request);
  made.caller = submission.caller;
  made.done = submission.done;
  made.since = home().now();
  const auto number = tasks_.open(std::move(made));
  if (!number) {
    submission.caller->post([done = std::move(submission.done)] {
      done(error{errc::unavailable, "too many requests wait for their answers"});
    });
    return;
  }
  start(*number, *tasks_.find(*number));
  finish_if_done(*number);
  arm();
}

void api_actor::start(std::uint64_t number, api_task& task) {
  switch (task.request.route) {
    case api_route::publish:
    case api_route::broadcast:
    case api_route::room:
    case api_route::presence:
    case api_route::history:
      return send_to_edges(number, task);
    case api_route::rooms:
      return list_rooms(number, task);
    case api_route::user:
      return query_connections(number, task);
    case api_route::disconnect:
      return disconnect(task);
    case api_route::revoke:
      return revoke(task);
  }
}

void api_actor::send_to_edges(std::uint64_t number, api_task& task) {
  task.expect(task.request.topics.size());
  for (std::size_t i = 0; i < task.replies.size(); ++i) {
    const auto& topic = task.request.topics[i];
    if (net::http::is_change(task.request.route) && is_reserved_event(task.request.event)) {
      task.answer(i, errc::reserved_event);
    } else if (!shared_.rules.find(topic.name)) {
      task.answer(i, errc::unmatched_topic);
    } else {
      const auto request_id = tasks_.add_call({number, i});
      caf::anon_send(edges_.take(topic), edge_request_of(task, request_id));
    }
  }
}

edge_request api_actor::edge_request_of(const api_task& task, std::uint64_t request_id) const {
  const auto& request = task.request;
  api_call call{request_id};
  edge_request out;
  out.kind = edge_request_kind::query;
  if (net::http::is_change(request.route)) {
    out.kind = edge_request_kind::publish;
    out.event = request.event;
    out.payload.data = request.payload;
    out.payload.is_object = true;
    // The prefix "s" is payload_field()'s form of a string, so that an idempotency key in the
    // header equals the same key in the payload.
    if (!request.idempotency_key.empty()) call.idempotency_key = "s" + request.idempotency_key;
  } else if (request.route == api_route::history) {
    call.events_max = request.limit;
    if (request.since) call.since = position{request.since->epoch, request.since->at};
  } else {
    call.wants_presence = request.route == api_route::presence;
  }
  out.call = std::make_shared<const api_call>(std::move(call));
  return out;
}

void api_actor::take(api_reply& reply) {
  const auto slot = tasks_.take_call(reply.request_id);
  if (!slot) return;  // dropped by sweep()
  auto& task = *tasks_.find(slot->task);
  edges_.give_back(task.request.topics[slot->index], home().now());
  task.answer(slot->index, text_of(task, reply));
  finish_if_done(slot->task);
}

result<std::string> api_actor::text_of(const api_task& task, const api_reply& reply) const {
  if (reply.why == errc::not_found) return error{reply.why, "there is no room of this topic"};
  if (reply.why != errc::none) return reply.why;
  if (!reply.snapshot) return api_text::position(reply);
  const auto& event = *reply.snapshot;
  const auto& snapshot = std::get<cluster::events::snapshot>(event.body);
  const auto rule = shared_.rules.find(event.topic->name);
  switch (task.request.route) {
    case api_route::history:
      return api_text::history(event, snapshot);
    case api_route::presence:
      if (snapshot.presence) return std::string{snapshot.presence->data.view()};
      if (rule && rule->rule.presence.mode == presence_mode::full) {
        return error{errc::payload_too_large,
                     "the room is over presence.full_max: it has numbers only, see /api/room"};
      }
      return error{errc::not_found, "presence.mode keeps no list here: see /api/room"};
    default:
      return api_text::room({event.topic, rule ? std::string(name_of(rule->rule.kind)) : "",
                             event.epoch_text, event.at, snapshot.members},
                            shared_.config->node.name);
  }
}

void api_actor::list_rooms(std::uint64_t number, api_task& task) {
  task.missing = shared_.scheduler.size();
  const auto max = task.request.limit + std::size_t{1};  // one more shows that there is a next page
  for (std::size_t i = 0; i < shared_.scheduler.size(); ++i) {
    auto& loop = shared_.scheduler.unit(i).home();
    // Capture no actor reference: a stopped loop may hold this handler after the actors are gone.
    loop.post([number, max, match = task.request.match, after = task.request.after,
               api = &shared_.api, rooms = &shared_.rooms.on(loop.id())] {
      caf::anon_send(*api, rooms_listed{number, rooms->list(match, after, max)});
    });
  }
}

void api_actor::take(rooms_listed& listed) {
  auto* const task = tasks_.find(listed.task);
  if (!task) return;
  std::move(listed.rooms.begin(), listed.rooms.end(), std::back_inserter(task->rooms));
  --task->missing;
  finish_if_done(listed.task);
}

void api_actor::query_connections(std::uint64_t number, api_task& task) {
  const auto connections = shared_.users.of(task.request.user);
  task.total = connections.size();
  task.expect(std::min(connections.size(), connections_max));
  for (std::size_t i = 0; i < task.replies.size(); ++i) {
    const auto answer = [this, number, i](result<std::string> text) {
      auto* const found = tasks_.find(number);
      if (!found) return;
      found->answer(i, std::move(text));
      finish_if_done(number);
    };
    request(connections[i], caf::infinite, connection_query{})
        .then(
            [answer](const connection_summary& summary) { answer(api_text::connection(summary)); },
            // The connection has ended in the meantime.
            [answer](const caf::error&) { answer(errc::not_found); });
  }
}

void api_actor::disconnect(api_task& task) {
  const auto connections = shared_.users.of(task.request.user);
  for (const auto& each : connections) caf::anon_send(each, close_connection{errc::disconnected});
  log::info("user_disconnected",
            {log::of_user(task.request.user), {"connections", connections.size()}, {"by", "api"}});
  task.replies = {"{\"connections\":" + std::to_string(connections.size()) + "}"};
}

/// The token verifier notifies the connections, see notify_revoked().
void api_actor::revoke(api_task& task) {
  constexpr std::int64_t default_ms = 24LL * 3'600 * 1'000;
  const auto now_ms = unix_ms();
  net::auth::revocation revocation;
  revocation.id = task.request.user;
  revocation.before_ms = now_ms;
  if (task.request.user.empty()) {
    revocation.kind = net::auth::revocation_kind::token;
    revocation.id = task.request.token_id;
  }
  revocation.until_ms = task.request.until_s ? *task.request.until_s * 1'000 : now_ms + default_ms;
  if (!shared_.verifier) {
    task.replies = {errc::unavailable};
  } else if (!shared_.verifier->revoke(revocation, now_ms)) {
    task.replies = {error{errc::bad_request, "until is over already"}};
  } else {
    task.replies = {api_text::revoked(revocation)};
  }
}

void api_actor::finish_if_done(std::uint64_t number) {
  auto task = tasks_.take_if_done(number);
  if (!task) return;
  task->caller->post(
      [done = std::move(task->done), text = result_of(*task)]() mutable { done(std::move(text)); });
}

result<std::string> api_actor::result_of(api_task& task) const {
  switch (task.request.route) {
    case api_route::broadcast:
      return api_text::broadcast(task.request.topics, task.replies);
    case api_route::rooms:
      std::ranges::sort(task.rooms, {}, &room_summary::topic);
      return api_text::rooms(task.rooms, task.request.limit, shared_.config->node.name);
    case api_route::user: {
      std::vector<std::string> connections;
      for (const auto& each : task.replies) {
        if (each) connections.push_back(*each);
      }
      return api_text::user(task.request.user, task.total, connections);
    }
    default:
      return task.replies.front();
  }
}

void api_actor::arm() {
  if (is_armed_ || (tasks_.empty() && edges_.empty())) return;
  is_armed_ = true;
  delayed_send(this, sweep_every, api_sweep{});
}

void api_actor::sweep() {
  is_armed_ = false;
  const auto now = home().now();
  for (const auto& each : tasks_.drop_old(now - answer_timeout)) edges_.give_back(each, now);
  edges_.sweep(now);
  arm();
}

void api_actor::end() {
  edges_.release_all();
  quit();
}

}  // namespace roost::actors
