// SPDX-License-Identifier: Apache-2.0
#include "net/auth/revocations.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

namespace {

using kind = revocation_kind;

token_claims token(std::string user, std::string id, std::optional<std::int64_t> issued_ms) {
  token_claims out;
  out.user = std::move(user);
  out.token_id = std::move(id);
  out.issued_ms = issued_ms;
  return out;
}

}  // namespace

TEST_CASE("a revocation of a user refuses tokens issued before it and accepts later ones") {
  revocations list;
  CHECK(list.add({kind::user, "ada", 1'000, 9'000}, 1'000));
  CHECK(list.is_revoked(token("ada", "", 0), 1'000));
  CHECK(list.is_revoked(token("ada", "", 999), 1'000));
  CHECK_FALSE(list.is_revoked(token("ada", "", 1'000), 1'000));
  CHECK(list.is_revoked(token("ada", "", std::nullopt), 1'000));
  CHECK_FALSE(list.is_revoked(token("eve", "", 0), 1'000));
  CHECK_FALSE(list.is_revoked(token("", "", std::nullopt), 1'000));
}

TEST_CASE("a token issued in the same second as the revocation of its user is valid") {
  revocations list;
  CHECK(list.add({kind::user, "ada", 7'650, 90'000}, 7'650));
  for (const auto issued : {7'000, 7'649, 7'999, 8'000}) {
    CHECK_FALSE(list.is_revoked(token("ada", "", issued), 8'000));
  }
  CHECK(list.is_revoked(token("ada", "", 6'999), 8'000));
  CHECK(list.is_revoked(token("ada", "", 6'000), 8'000));
  CHECK(list.is_revoked(token("ada", "", std::nullopt), 8'000));
}

TEST_CASE("a revocation of a token id refuses that token for every user and time of issue") {
  revocations list;
  CHECK(list.add({kind::token, "t1", 0, 9'000}, 1'000));
  const std::vector<std::optional<std::int64_t>> times{0, 999, 1'000, 5'000, std::nullopt};
  for (const auto* user : {"ada", "eve", "t1", ""}) {
    for (const auto issued : times) {
      CAPTURE(user, issued.value_or(-1));
      CHECK(list.is_revoked(token(user, "t1", issued), 1'000));
      CHECK_FALSE(list.is_revoked(token(user, "t2", issued), 1'000));
      CHECK_FALSE(list.is_revoked(token(user, "", issued), 1'000));
    }
  }
}

TEST_CASE("a revocation expires at its end") {
  revocations list;
  list.add({kind::user, "ada", 1'000, 9'000}, 1'000);
  CHECK(list.is_revoked(token("ada", "", 0), 8'999));
  CHECK_FALSE(list.is_revoked(token("ada", "", 0), 9'000));
  list.remove_expired(8'999);
  CHECK(list.size() == 1);
  list.remove_expired(9'000);
  CHECK(list.size() == 0);
  CHECK_FALSE(list.add({kind::user, "ada", 1'000, 9'000}, 9'000));
}

TEST_CASE("a revocation with an empty name or a name over 255 bytes is refused") {
  revocations list;
  CHECK_FALSE(list.add({kind::user, "", 1'000, 9'000}, 0));
  CHECK_FALSE(list.add({kind::token, std::string(256, 'a'), 0, 9'000}, 0));
  CHECK(list.add({kind::token, std::string(255, 'a'), 0, 9'000}, 0));
  CHECK(list.size() == 1);
}

TEST_CASE("the result does not depend on the order or repetition of revocations") {
  std::vector<revocation> added{{kind::user, "ada", 1'000, 9'000},
                                {kind::user, "ada", 3'000, 5'000},
                                {kind::user, "ada", 2'000, 7'000},
                                {kind::token, "t", 0, 6'000}};
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    revocations list;
    for (const auto i : order) list.add(added[i], 0);
    for (const auto i : order) list.add(added[i], 0);
    REQUIRE(list.size() == 2);
    CHECK(list.is_revoked(token("ada", "", 2'999), 8'999));
    CHECK_FALSE(list.is_revoked(token("ada", "", 3'000), 8'999));
    CHECK_FALSE(list.is_revoked(token("ada", "", 2'999), 9'000));
    CHECK(list.is_revoked(token("", "t", 0), 5'999));
    CHECK_FALSE(list.is_revoked(token("", "t", 0), 6'000));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("at the bound the revocation that expires first is evicted") {
  revocations list{2};
  CHECK(list.add({kind::token, "a", 0, 500}, 0));
  CHECK(list.add({kind::token, "b", 0, 300}, 0));
  CHECK(list.add({kind::token, "c", 0, 400}, 0));
  CHECK(list.size() == 2);
  CHECK(list.dropped() == 1);
  CHECK(list.is_revoked(token("", "a", 0), 0));
  CHECK_FALSE(list.is_revoked(token("", "b", 0), 0));
  CHECK(list.is_revoked(token("", "c", 0), 0));
  CHECK_FALSE(list.add({kind::token, "d", 0, 100}, 0));
  CHECK(list.is_revoked(token("", "c", 0), 0));
  CHECK(list.dropped() == 2);
}

TEST_CASE("an expired revocation is removed before a valid one is evicted") {
  revocations list{2};
  list.add({kind::token, "a", 0, 500}, 0);
  list.add({kind::token, "b", 0, 100}, 0);
  list.add({kind::token, "c", 0, 400}, 200);
  CHECK(list.dropped() == 0);
  CHECK(list.size() == 2);
}

}  // namespace roost::net::auth
