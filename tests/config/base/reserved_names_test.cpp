// SPDX-License-Identifier: Apache-2.0
#include "config/base/reserved_names.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("event names with a prefix that clients use internally are reserved in any letter case") {
  for (const auto* name :
       {"phx_", "phx_close", "PHX_CLOSE", "Phx_x", "presence_", "presence_diff", "Presence_Update",
        "presence_update", "chan_reply_", "chan_reply_7", "CHAN_REPLY_7", "Chan_Reply_x"}) {
    INFO(name);
    CHECK(is_reserved_event(name));
  }
  for (const auto* name : {"", "phx", "phx-", "presence", "presenc_x", "chan_reply", "chan_",
                           "xphx_close", " phx_close", "msg", "p\xc4\xb1hx_"}) {
    INFO(name);
    CHECK_FALSE(is_reserved_event(name));
  }
}

TEST_CASE("the whole names of server events are reserved in any letter case") {
  for (const auto* name : {"drain", "mark_read", "read_receipt", "read_receipts", "token_expired",
                           "access_token", "Drain", "ACCESS_TOKEN"}) {
    INFO(name);
    CHECK(is_reserved_event(name));
  }
  for (const auto* name : {"drained", "drai", "mark_reading", "read", "access_tokens"}) {
    INFO(name);
    CHECK_FALSE(is_reserved_event(name));
  }
}

TEST_CASE("members may push two of the reserved events in their exact spelling") {
  CHECK(is_member_event("presence_update"));
  CHECK(is_member_event("mark_read"));
  for (const auto* name : {"Presence_update", "MARK_READ", "presence_state", "access_token", ""}) {
    CHECK_FALSE(is_member_event(name));
  }
}

TEST_CASE("the topic phoenix and topics that begin with a dollar sign are reserved") {
  for (const auto* name : {"phoenix", "$", "$SYS"}) CHECK(is_reserved_topic(name));
  for (const auto* name : {"", "Phoenix", "phoenix:1", "phoenix ", "a$"}) {
    CHECK_FALSE(is_reserved_topic(name));
  }
}
