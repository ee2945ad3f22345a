// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/request_kind.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

net::message said(std::string topic, std::string event) {
  net::message out;
  out.topic = std::move(topic);
  out.event = std::move(event);
  return out;
}

}  // namespace

TEST_CASE("the event decides the kind of a request and for a heartbeat also the topic") {
  CHECK(kind_of(said("phoenix", "heartbeat")) == request_kind::heartbeat);
  CHECK(kind_of(said("room:1", "heartbeat")) == request_kind::push);
  CHECK(kind_of(said("room:1", "phx_join")) == request_kind::join);
  CHECK(kind_of(said("room:1", "phx_leave")) == request_kind::leave);
  CHECK(kind_of(said("phoenix", "access_token")) == request_kind::token);
  CHECK(kind_of(said("room:1", "presence_update")) == request_kind::presence);
  CHECK(kind_of(said("room:1", "mark_read")) == request_kind::receipt);
  CHECK(kind_of(said("room:1", "msg")) == request_kind::push);
  auto number = said("room:1", "phx_join");
  number.event_is_string = false;
  CHECK(kind_of(number) == request_kind::push);
}

TEST_CASE("heartbeats and leaves of joined topics are free and joins have their own rate limit") {
  for (const bool has_channel : {true, false}) {
    CHECK(cost_of(request_kind::heartbeat, has_channel) == request_cost::nothing);
    CHECK(cost_of(request_kind::join, has_channel) == request_cost::join);
    for (auto kind :
         {request_kind::push, request_kind::token, request_kind::presence, request_kind::receipt}) {
      CHECK(cost_of(kind, has_channel) == request_cost::message);
    }
  }
  CHECK(cost_of(request_kind::leave, true) == request_cost::nothing);
  CHECK(cost_of(request_kind::leave, false) == request_cost::message);
}

TEST_CASE("each request kind except push has its own message class") {
  CHECK(class_of(request_kind::heartbeat) == net::message_class::in_heartbeat);
  CHECK(class_of(request_kind::join) == net::message_class::in_join);
  CHECK(class_of(request_kind::leave) == net::message_class::in_leave);
  CHECK(class_of(request_kind::token) == net::message_class::in_token);
  CHECK(class_of(request_kind::presence) == net::message_class::in_presence);
  CHECK(class_of(request_kind::receipt) == net::message_class::in_receipt);
  CHECK_FALSE(class_of(request_kind::push));
}
