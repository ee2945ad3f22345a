// SPDX-License-Identifier: Apache-2.0
#include "net/auth/hmac.hpp"

#include "net/auth/base64url.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

TEST_CASE("HMAC with SHA-256 matches the vectors of RFC 4231") {
  CHECK(base64url_encode(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "sDRMYdjbOFNcqK_OrwvxK4gdwgDJgz2nJuk3bC4yz_c");
  CHECK(base64url_encode(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

TEST_CASE("two secrets are equal only if their lengths and all bytes are equal") {
  CHECK(is_same_secret("abc", "abc"));
  CHECK(is_same_secret("", ""));
  CHECK_FALSE(is_same_secret("abc", "abd"));
  CHECK_FALSE(is_same_secret("abc", "ab"));
  CHECK_FALSE(is_same_secret("abc", ""));
}

}  // namespace roost::net::auth
