// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_actor.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/api/api_text.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/messages/end_now.hpp"
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
  task.replies = {api_text::disconnected(connections.size(), shared_.config->node.name)};
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
      return api_text::user(task.request.user, task.total, connections, shared_.config->node.name);
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
  drop_calls(now);
  edges_.sweep(now);
  arm();
}

void api_actor::end() {
  edges_.release_all();
  quit();
}

}  // namespace roost::actors
