// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/server_greeting.hpp"

#include "tests/fixtures/catch.hpp"

using roost::cluster::read_greeting;

TEST_CASE("the greeting of a server names it and its version") {
  const auto met = read_greeting(
      R"(INFO {"server_id":"NB","server_name":"n1","version":"2.10.27","headers":true} )"
      "\r");
  REQUIRE(met);
  CHECK(met->id == "NB");
  CHECK(met->name == "n1");
  CHECK(met->version == "2.10.27");
}

TEST_CASE("a server without a name is called by its id") {
  CHECK(read_greeting(R"(INFO {"server_id":"NB","version":"2.9.0"})")->name == "NB");
}

TEST_CASE("what is not a greeting is none") {
  for (const auto* line :
       {"", "INFO", "INFO ", "INFO {}", R"(INFO {"server_id":"NB"})", R"(INFO {"version":"2.9.0"})",
        R"({"server_id":"a","version":"2.9.0"})", "HTTP/1.1 400 Bad Request"}) {
    INFO(line);
    CHECK_FALSE(read_greeting(line));
  }
}
