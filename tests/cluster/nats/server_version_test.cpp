// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/server_version.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::cluster;

server_version version_of(std::string_view text) {
  const auto read = read_server_version(text);
  REQUIRE(read);
  return *read;
}

}  // namespace

TEST_CASE("versions of nats-server are read") {
  CHECK(version_of("2.10.27").numbers == std::array<std::uint32_t, 3>{2, 10, 27});
  CHECK(version_of("v2.10.27") == version_of("2.10.27"));
  CHECK(version_of("2.12.0+build.7") == version_of("2.12.0"));
  CHECK(version_of("2.14.3").is_final);
  CHECK_FALSE(version_of("2.14.3-beta").is_final);
  CHECK(text_of(version_of("2.14.3-beta")) == "2.14.3");
  for (const auto* text :
       {"", "2", "2.10", "2.10.", "2.x.1", "2.10.27 ", "two", "-2.1.1", "2.10.99999999999"}) {
    INFO(text);
    CHECK_FALSE(read_server_version(text));
  }
}

TEST_CASE("versions are compared by their numbers, and a pre-release is older") {
  CHECK(version_of("2.9.30") < version_of("2.10.0"));
  CHECK(version_of("2.10.9") < version_of("2.10.27"));
  CHECK(version_of("2.14.3-RC.1") < version_of("2.14.3"));
  CHECK(version_of("2.14.2") < version_of("2.14.3-RC.1"));
  CHECK(version_of("3.0.0") > version_of("2.99.99"));
}

TEST_CASE("several replicas and a required sync need newer servers than one replica") {
  CHECK(refusal_of("2.10.27", oldest_server_for(1, false)).empty());
  CHECK(refusal_of("2.10.26", oldest_server_for(1, false)) ==
        "has version 2.10.26, but cluster.replicas 1 needs 2.10.27 or newer");
  CHECK(refusal_of("2.14.3", oldest_server_for(3, false)).empty());
  CHECK(refusal_of("2.14.3-beta", oldest_server_for(3, false)) ==
        "has version 2.14.3-beta, but cluster.replicas 3 needs 2.14.3 or newer");
  CHECK(refusal_of("2.14.2", oldest_server_for(5, false)) ==
        "has version 2.14.2, but cluster.replicas 5 needs 2.14.3 or newer");
  CHECK(refusal_of("2.14.6", oldest_server_for(3, true)).empty());
  CHECK(refusal_of("2.14.5", oldest_server_for(1, true)) ==
        "has version 2.14.5, but cluster.require_sync needs 2.14.6 or newer");
}

TEST_CASE("a version that cannot be read is refused, unless every version will do") {
  CHECK(refusal_of("new", oldest_server_for(1, false)) ==
        "has version new, but cluster.replicas 1 needs 2.10.27 or newer");
  CHECK(refusal_of("", oldest_server_for(1, false)).starts_with("has version unknown, but"));
  CHECK(refusal_of("", {}).empty());
}
