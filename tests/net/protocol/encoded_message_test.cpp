// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/encoded_message.hpp"

#include <set>
#include <string>
#include <type_traits>

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

namespace {

encoded_ptr ephemeral(std::size_t size, std::string_view key) {
  return encoded_ptr::make_ephemeral(encoded_kind::text, size, key);
}
const auto plain = encoded_ptr::copy(encoded_kind::text, "key");

}  // namespace

TEST_CASE("a message is ordered unless it is made ephemeral") {
  CHECK_FALSE(plain.is_ephemeral());
  CHECK_FALSE(plain.is_conflated());
  const auto made = ephemeral(3, "");
  CHECK(made.is_ephemeral());
  CHECK_FALSE(made.is_conflated());
  CHECK(made->size() == 3);
}

TEST_CASE("a message keeps its kind whether it is ordered or ephemeral") {
  for (const auto kind : {encoded_kind::text, encoded_kind::binary, encoded_kind::close,
                          encoded_kind::ping, encoded_kind::pong}) {
    CHECK(encoded_ptr::copy(kind, "x").kind() == kind);
    CHECK_FALSE(encoded_ptr::copy(kind, "x").is_ephemeral());
    CHECK(encoded_ptr::make_ephemeral(kind, 1, "key").kind() == kind);
  }
}

TEST_CASE("bytes of another origin have no kind and so are no message") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<bytes_ptr, encoded_ptr>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<encoded_ptr, bytes_ptr>);
}

TEST_CASE("a conflation key is stored with its message and not in its bytes") {
  const auto made = ephemeral(3, "key");
  CHECK(made.conflation_key() == "key");
  CHECK(made->size() == 3);
  CHECK(made.has_same_key(ephemeral(9, "key")));
  CHECK_FALSE(made.has_same_key(ephemeral(3, "kez")));
  CHECK_FALSE(made.has_same_key(plain));
}

TEST_CASE("messages without a key never conflate") {
  CHECK_FALSE(ephemeral(1, "").has_same_key(ephemeral(1, "")));
  CHECK_FALSE(plain.has_same_key(plain));
}

TEST_CASE("hashes of conflation keys differ in their low bits") {
  std::set<std::uint32_t> low;
  for (int i = 0; i < 1'000; ++i) {
    low.insert(ephemeral(1, std::to_string(i)).conflation_hash() & 0xffffU);
  }
  CHECK(low.size() > 900);
}
