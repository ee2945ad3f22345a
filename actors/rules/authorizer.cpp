// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/authorizer.hpp"

namespace roost::actors {

authorization rule_authorizer::decide(const authorization_request& request) {
  const bool is_allowed =
      request.action == authorization_request::action_kind::join
          ? may_join(request.config, request.rule, request.topic_name, request.caller)
          : may_push(request.rule, request.topic_name, request.event_name, request.caller);
  return {is_allowed ? errc::none : errc::unauthorized};
}

}  // namespace roost::actors
