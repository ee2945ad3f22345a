// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_checks.hpp"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "net/auth/jwks.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::auth {

namespace {

using http::scratch_folder;

std::string said_of(const std::string& text) {
  const scratch_folder folder;
  std::ofstream{folder.path("keys.json")} << text;
  const auto fits = jwks_checks().file(folder.path("keys.json"));
  return fits ? "" : fits.failure().detail;
}

}  // namespace

TEST_CASE("the check of a key file finds the faults that a read would find") {
  const auto key = signer::ed25519().jwk();
  CHECK(said_of(R"({"keys":[)" + key + "]}") == "");
  CHECK(said_of(R"({"keys":[{"kty":"foo"}]})") == "the key set has no key that can be used");
  CHECK(said_of(R"({"keys":[]})") == "the key set has no key that can be used");
  CHECK(said_of(R"({"keys":[],"keys":[)" + key + "]}") ==
        "the key set cannot be read: duplicate_member");
  CHECK(said_of("[]") == "the key set has no \"keys\"");
  CHECK(said_of(R"({"keys":[)" + key + "]}" + std::string(jwks_bytes_max, ' ')) ==
        "the key set has more than 256 KiB");
}

TEST_CASE("the check of a key file reports a missing file and a file that is not regular") {
  const auto why = [](const std::string& path) {
    return jwks_checks().file(path).failure().detail;
  };
  CHECK(why("/nowhere/keys.json") == "the file cannot be read: No such file or directory");
  const scratch_folder folder;
  CHECK(why(folder.path("")) == "the file cannot be read: it is not a regular file");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(why(folder.path("pipe")) == "the file cannot be read: it is not a regular file");
}

TEST_CASE("the check of a key URL refuses an invalid host or port") {
  const auto checks = jwks_checks();
  CHECK(checks.address("https://id.example.com/keys"));
  CHECK(checks.address("http://[::1]:8080/keys"));
  for (const auto* bad : {"http://host:99999/", "http://host:0/", "http://[::1/keys"}) {
    INFO(bad);
    CHECK_FALSE(checks.address(bad));
  }
}

}  // namespace roost::net::auth
