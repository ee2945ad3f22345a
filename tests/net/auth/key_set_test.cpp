// SPDX-License-Identifier: Apache-2.0
#include "net/auth/key_set.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

verify_key secret(char fill) { return *verify_key::from_secret(std::string(32, fill)); }

}  // namespace

TEST_CASE("a key is found by its id and its algorithm") {
  const auto issuer = signer::ed25519();
  auto keys = keys_of(issuer.jwk(R"(,"kid":"a")"));
  keys.add("a", secret('a'));
  keys.add("b", secret('b'));
  CHECK(keys.candidates(algorithm::hs256, "a").size() == 1);
  CHECK(keys.candidates(algorithm::eddsa, "a").size() == 1);
  CHECK(keys.candidates(algorithm::eddsa, "b").empty());
  CHECK(keys.candidates(algorithm::rs256, "a").empty());
  CHECK(keys.candidates(algorithm::hs256, "").empty());
  CHECK(keys.candidates(algorithm::hs256, "A").empty());
  CHECK(keys.has_id("b"));
  CHECK_FALSE(keys.has_id("c"));
}

TEST_CASE("a token without a key id is checked with every key of its algorithm") {
  key_set keys;
  keys.add("a", secret('a'));
  keys.add("b", secret('b'));
  CHECK(keys.candidates(algorithm::hs256, std::nullopt).size() == 2);
}

TEST_CASE("a key without an id fits every key id") {
  key_set keys;
  keys.add("", secret('a'));
  CHECK(keys.candidates(algorithm::hs256, "whatever").size() == 1);
  CHECK_FALSE(keys.has_id("whatever"));
}

TEST_CASE("the number of keys that are tried for one token is bounded") {
  key_set keys;
  for (char fill = 'a'; fill < 'z'; ++fill) keys.add("same", secret(fill));
  CHECK(keys.candidates(algorithm::hs256, std::nullopt).size() == key_set::tries_max);
  CHECK(keys.candidates(algorithm::hs256, "same").size() == key_set::tries_max);
}

TEST_CASE("an algorithm with more keys than are tried is reported") {
  key_set keys;
  for (std::size_t i = 0; i < key_set::tries_max; ++i) keys.add(std::to_string(i), secret('a'));
  keys.add(keys_of(signer::ed25519().jwk()));
  CHECK(keys.crowded().empty());
  keys.add("one more", secret('z'));
  CHECK(keys.crowded() == std::vector{algorithm::hs256});
}

TEST_CASE("adding a key set to another adds its keys") {
  key_set keys;
  key_set more;
  keys.add("a", secret('a'));
  more.add("b", secret('b'));
  keys.add(more);
  CHECK(keys.size() == 2);
  CHECK(keys.has_id("b"));
}

}  // namespace roost::net::auth
