// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/heartbeat_codec.hpp"

#include <string>

#include "cluster/wire/message_header.hpp"
#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/golden_file.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

heartbeat filled_heartbeat() {
  auto out = heartbeat_of(0x1122334455667788, 300, node_state::leaving);
  out.name = "node-a";
  out.view = {node_id{1}, node_id{0x1122334455667788}};
  out.owned = {{shard_id{0}, 0x0005f5e100000001}, {shard_id{7}, 2}};
  out.released = {{shard_id{300}, 3, node_id{1}}};
  out.links = {{node_id{1}, 4, 5, 600}};
  return out;
}

std::string encoded(const heartbeat& heartbeat) {
  wire::byte_writer out;
  REQUIRE(encode(heartbeat, out));
  return std::string{out.view()};
}

wire::decoded<heartbeat> decoded(std::string_view bytes) {
  return decode_heartbeat(slice::of(bytes_ptr::copy(bytes)));
}

}  // namespace

TEST_CASE("a heartbeat has its golden bytes, in both directions") {
  const auto golden = roost::tests::golden_value("view.txt", "heartbeat");
  CHECK(encoded(filled_heartbeat()) == golden);
  const auto got = decoded(golden);
  REQUIRE(got);
  CHECK(got.value == filled_heartbeat());
}

TEST_CASE("every cut heartbeat is truncated, and none reads beyond its end") {
  const auto whole = encoded(filled_heartbeat());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(decoded(std::string_view{whole}.substr(0, size)).why == wire::wire_error::truncated);
    auto shorter = whole.substr(0, size);
    if (size < wire::header_bytes) continue;
    shorter[2] = static_cast<char>(size - wire::header_bytes);
    CHECK(decoded(shorter).why == wire::wire_error::malformed);
  }
}

TEST_CASE("a heartbeat with a tail of a newer version is read without it") {
  auto bytes = encoded(filled_heartbeat()) + "tail";
  bytes[2] = static_cast<char>(bytes.size() - wire::header_bytes);
  const auto got = decoded(bytes);
  REQUIRE(got);
  CHECK(got.value == filled_heartbeat());
}

TEST_CASE("foreign, newer, oversized and damaged heartbeats are refused, each with its reason") {
  const auto whole = encoded(filled_heartbeat());
  const auto with = [&](std::size_t at, char value) {
    auto out = whole;
    out[at] = value;
    return decoded(out).why;
  };
  CHECK(decoded("[1,2]").why == wire::wire_error::foreign);
  CHECK(with(0, '\x81') == wire::wire_error::foreign);
  CHECK(with(1, 2) == wire::wire_error::future);
  CHECK(with(4, 1) == wire::wire_error::oversized);
  const std::size_t state_at = wire::header_bytes + 8 + 2;
  CHECK(with(state_at, 0) == wire::wire_error::malformed);
  CHECK(with(state_at, 5) == wire::wire_error::malformed);
  CHECK(decoded(whole + "x").why == wire::wire_error::malformed);
}

TEST_CASE("a heartbeat with a changed byte is refused, or is one that can be encoded again") {
  const auto whole = encoded(filled_heartbeat());
  std::size_t read = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto bytes = whole;
      bytes[at] = static_cast<char>(value);
      const auto got = decoded(bytes);
      if (!got) continue;
      ++read;
      const auto again = decoded(encoded(got.value));
      REQUIRE(again);
      REQUIRE(again.value == got.value);
    }
  }
  CHECK(read > whole.size());
}

TEST_CASE("a heartbeat above a bound is refused") {
  const auto refuses = [](auto change) {
    auto out = filled_heartbeat();
    change(out);
    return decoded(encoded(out)).why == wire::wire_error::malformed;
  };
  CHECK(refuses([](heartbeat& x) { x.name = ""; }));
  CHECK(refuses([](heartbeat& x) { x.name = std::string(node_name_bytes_max + 1, 'x'); }));
  CHECK(refuses([](heartbeat& x) { x.name = "a\nb"; }));
  CHECK(refuses([](heartbeat& x) { x.version = std::string(node_name_bytes_max + 1, 'x'); }));
  CHECK(refuses([](heartbeat& x) { x.view.resize(nodes_max + 1); }));
  CHECK(refuses([](heartbeat& x) { x.owned.resize(shards_max + 1); }));
  CHECK(refuses([](heartbeat& x) { x.released.resize(shards_max + 1); }));
  CHECK(refuses([](heartbeat& x) { x.links.resize(nodes_max + 1); }));
  CHECK_FALSE(refuses([](heartbeat&) {}));
}

TEST_CASE("the largest heartbeat within the bounds fits into a message") {
  auto largest = filled_heartbeat();
  constexpr auto number = ~std::uint64_t{0};
  largest.number = number;
  largest.name = largest.version = std::string(node_name_bytes_max, 'x');
  largest.view.assign(nodes_max, node_id{number});
  largest.owned.assign(shards_max, {shard_id{~std::uint32_t{0}}, number});
  largest.released.assign(shards_max, {shard_id{~std::uint32_t{0}}, number, node_id{number}});
  largest.links.assign(nodes_max, {node_id{number}, number, number, number});
  const auto got = decoded(encoded(largest));
  REQUIRE(got);
  CHECK(got.value == largest);
}
