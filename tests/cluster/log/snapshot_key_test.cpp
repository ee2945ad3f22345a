// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/snapshot_key.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

TEST_CASE("the key of a room is a readable token of safe characters") {
  CHECK(snapshot_key(topic{"room:42_a-B"}) == "room:42_a-B");
  CHECK(snapshot_key(topic{"a b.*>/=\"\xC3\xA4"}) == "a=20b=2E=2A=3E=2F=3D=22=C3=A4");
  CHECK(snapshot_key(topic{""}).empty());
}

TEST_CASE("the topic of a key is found again, and nothing else is a key") {
  for (const auto* name : {"room:42_a-B", "a b.*>/=\"\xC3\xA4", "", "="}) {
    CHECK(topic_of_key(snapshot_key(topic{name})) == topic{name});
  }
  for (const auto* key : {"a.b", "a=", "a=2", "a=2e", "a=41", "$", "a=G0"}) {
    CHECK_FALSE(topic_of_key(key));
  }
}

TEST_CASE("two topics never share a key and none has that of the barrier") {
  CHECK(snapshot_key(topic{"a=20"}) != snapshot_key(topic{"a "}));
  CHECK(snapshot_key(topic{std::string(barrier_key)}) != barrier_key);
}
