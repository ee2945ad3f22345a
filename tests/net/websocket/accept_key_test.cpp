// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/accept_key.hpp"

#include "tests/fixtures/catch.hpp"

TEST_CASE("RFC 6455 1.3: the accept key matches the example of the RFC") {
  CHECK(roost::net::websocket::accept_key("dGhlIHNhbXBsZSBub25jZQ==") ==
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}
