// SPDX-License-Identifier: Apache-2.0
// The client's identity: how a connection verifies, refreshes, expires and revokes its token.
#include <caf/send.hpp>
#include <string>
#include <utility>

#include "actors/connection/connection_actor.hpp"
#include "actors/connection/user_admission.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/rules/rule_match.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

using counter = metrics::counter;

void connection_actor::start_token(std::shared_ptr<const net::auth::token_claims> claims) {
  if (claims) {
    auto& mine = own_identity();
    mine.expiry.renew(*claims);
    mine.claims = std::move(claims);
    arm_token();
  } else if (tokens_ == token_use::required) {
    const milliseconds timeout{shared_.config->auth.first_message_ms};
    own_identity().expiry.await_first(unix_ms(), timeout);
    arm_token();
  }
}

connection_actor::connection_identity& connection_actor::own_identity() {
  if (!identity_) identity_ = std::make_unique<connection_identity>(*this);
  return *identity_;
}

/// Verifies the token in a message, if any. A valid one replaces the client's rights.
errc connection_actor::check_token(const net::inbound& in,
                                   const std::optional<channel_facts>& found) {
  if (tokens_ == token_use::none || !shared_.verifier || !has_token_key(shared_.config.current()))
    return errc::none;
  const auto token = token_in(in, found);
  if (!token) return errc::none;
  const auto out = *token ? adopt(**token) : token->failure().code;
  is_renewed_ = is_renewed_ || out == errc::none;
  return out;
}

/// A valid token replaces the previous token and its rights. A connection cannot change its user.
errc connection_actor::adopt(std::string_view token) {
  const std::string before{user()};
  auto checked = shared_.verifier->check(token, unix_ms(), before);
  if (!checked) {
    const auto& why = checked.failure();
    log::info("token_refused",
              {log::of(session_->id()), log::of_user(before), {"why", why.detail}});
    return why.code == errc::token_expired ? errc::token_expired : errc::unauthorized;
  }
  auto& next = **checked;
  if (before.empty() && !next.user.empty()) {
    const auto why = enter(shared_, next, session_->id(), caf::actor_cast<caf::actor>(this));
    if (why != errc::none) {
      if (why == errc::revoked) shared_.users.remove(next.user, session_->id());
      close_for(why);
      return errc::unauthorized;
    }
  }
  auto& mine = own_identity();
  if (mine.expiry.renew(next)) shared_.probe.add(counter::token_expiries, "refreshed");
  mine.claims = std::move(*checked);
  arm_token();
  if (shared_.verifier->is_revoked(*mine.claims, unix_ms())) end_for_token(errc::revoked);
  return errc::none;
}

/// Closes the channels that the new token does not allow. The edge sends phx_close after the
/// replies that are still due, and a leave to the owner.
void connection_actor::end_lost_channels() {
  const auto& config = shared_.config.current();
  channels_.each([&](auto& each) {
    if (each.is_leaving) return;
    const auto* rule = rule_of(config.rooms, each.key());
    if (!rule || may_join(config, *rule, each.key(), principal())) return;
    edge_request close;
    close.kind = edge_request_kind::close;
    close.from = session_->id();
    close.serial = each.serial;
    close.format = format_;
    channels_.leave(each);
    log::info("grant_lost",
              {log::of(session_->id()), log::of_user(user()), log::of(topic{each.key()})});
    caf::anon_send(each.edge, std::move(close));
  });
}

void connection_actor::arm_token() {
  const auto wait = identity_->expiry.wait(unix_ms());
  wait ? home().arm(*identity_, *wait) : identity_->cancel();
}

/// Called by the loop's timer wheel, between two messages.
void connection_actor::token_due() {
  if (!session_) return;
  const auto grace_ms = shared_.config->auth.grace_ms;
  switch (identity_->expiry.tick(unix_ms(), milliseconds{grace_ms})) {
    case token_expiry::step::wait:
      break;
    case token_expiry::step::warn: {
      shared_.probe.add(counter::token_expiries, "warned");
      notify("token_expired", R"({"grace_ms":)" + std::to_string(grace_ms) + "}");
      break;
    }
    case token_expiry::step::end:
      shared_.probe.add(counter::token_expiries, "ended");
      return end_for_token(errc::token_ended);
    case token_expiry::step::no_token:
      return end_for_token(errc::no_token);
  }
  arm_token();
}

void connection_actor::tokens_were_revoked() {
  if (session_ && principal() && shared_.verifier->is_revoked(*principal(), unix_ms()))
    end_for_token(errc::revoked);
}

void connection_actor::end_for_token(errc why) {
  log::info("token_ended_connection",
            {log::of(session_->id()), log::of_user(user()), {"reason", row_of(why).name}});
  close_for(why);
}

void connection_actor::forget_user() {
  if (principal() && !principal()->user.empty())
    shared_.users.remove(principal()->user, session_->id());
  identity_.reset();
}

}  // namespace roost::actors
