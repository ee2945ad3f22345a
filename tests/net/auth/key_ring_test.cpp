// SPDX-License-Identifier: Apache-2.0
#include "net/auth/key_ring.hpp"

#include <thread>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

std::shared_ptr<const key_set> one(const char* id) {
  key_set keys;
  keys.add(id, *verify_key::from_secret(test_secret));
  return std::make_shared<const key_set>(keys);
}

}  // namespace

TEST_CASE("a key ring combines the keys of all origins and replaces those of one origin") {
  key_ring ring;
  CHECK(ring.current()->size() == 0);
  ring.put(key_origin::settings, one("a"));
  ring.put(key_origin::file, one("b"));
  ring.put(key_origin::url, one("c"));
  const auto before = ring.current();
  CHECK(before->size() == 3);
  ring.put(key_origin::file, one("d"));
  CHECK(ring.current()->has_id("d"));
  CHECK_FALSE(ring.current()->has_id("b"));
  ring.put(key_origin::settings, nullptr);
  CHECK(ring.current()->size() == 2);
  CHECK(before->has_id("a"));
}

TEST_CASE("keys may be replaced while other threads use them") {
  key_ring ring;
  std::thread writer{[&ring] {
    for (int i = 0; i < 1'000; ++i) ring.put(key_origin::url, one(i % 2 == 0 ? "a" : "b"));
  }};
  bool is_whole = true;
  for (int i = 0; i < 1'000; ++i) is_whole &= ring.current()->size() <= 1;
  writer.join();
  CHECK(is_whole);
  CHECK(ring.current()->has_id("b"));
}

}  // namespace roost::net::auth
