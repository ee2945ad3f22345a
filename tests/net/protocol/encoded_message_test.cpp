// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/encoded_message.hpp"

#include <set>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

TEST_CASE("a message is ordered unless it is made ephemeral") {
  CHECK_FALSE(is_ephemeral(encoded_ptr::copy("x")));
  CHECK_FALSE(is_conflated(encoded_ptr::copy("x")));
  const auto made = make_ephemeral(3, "");
  CHECK(is_ephemeral(made));
  CHECK_FALSE(is_conflated(made));
  CHECK(made->size() == 3);
}

TEST_CASE("a conflation key is stored with its message and not in its bytes") {
  const auto made = make_ephemeral(3, "key");
  CHECK(conflation_key_of(made) == "key");
  CHECK(made->size() == 3);
  CHECK(same_conflation_key(made, make_ephemeral(9, "key")));
  CHECK_FALSE(same_conflation_key(made, make_ephemeral(3, "kez")));
  CHECK_FALSE(same_conflation_key(made, encoded_ptr::copy("key")));
}

TEST_CASE("messages without a key never conflate") {
  CHECK_FALSE(same_conflation_key(make_ephemeral(1, ""), make_ephemeral(1, "")));
  CHECK_FALSE(same_conflation_key(encoded_ptr::copy("x"), encoded_ptr::copy("x")));
}

TEST_CASE("hashes of conflation keys differ in their low bits") {
  std::set<std::uint32_t> low;
  for (int i = 0; i < 1'000; ++i) {
    low.insert(conflation_hash_of(make_ephemeral(1, std::to_string(i))) & 0xffffU);
  }
  CHECK(low.size() > 900);
}
