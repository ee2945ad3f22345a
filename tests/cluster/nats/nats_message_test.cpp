// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_message.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

namespace {

using roost::cluster::nats_message;

/// Owns: the message.
struct made_message {
  explicit made_message(const std::string& data) {
    REQUIRE(nats_Open(-1) == NATS_OK);  // as a connection does
    REQUIRE(natsMsg_Create(&made, "subject", nullptr, data.data(), static_cast<int>(data.size())) ==
            NATS_OK);
  }
  made_message(const made_message&) = delete;
  made_message& operator=(const made_message&) = delete;
  ~made_message() { natsMsg_Destroy(made); }
  natsMsg* made = nullptr;
};

}  // namespace

TEST_CASE("a message shows its subject and its bytes") {
  const std::string arbitrary("\0\xff", 2);
  const made_message message(arbitrary);
  const nats_message view(message.made);
  CHECK(view.subject() == "subject");
  CHECK(view.data() == arbitrary);
  CHECK(view.copy_data().view() == arbitrary);
  CHECK(nats_message(made_message("").made).data().empty());
}

TEST_CASE("headers are texts or whole numbers, and may be missing") {
  const made_message message("data");
  natsMsgHeader_Set(message.made, "Nats-Sequence", "18446744073709551615");
  natsMsgHeader_Set(message.made, "Nats-Subject", "c.ev.0");
  natsMsgHeader_Set(message.made, "Status", "204");
  const nats_message view(message.made);
  CHECK(view.header("Nats-Subject") == "c.ev.0");
  CHECK(view.header("Other").empty());
  CHECK(view.number("Nats-Sequence") == 18446744073709551615U);
  CHECK(view.number("Nats-Subject") == std::nullopt);
  CHECK(view.number("Other") == std::nullopt);
  CHECK(view.status() == 204);
  CHECK(nats_message(made_message("").made).status() == 0);
}
