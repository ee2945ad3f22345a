// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_store.hpp"

#include <string>

#include "tests/cluster/log/snapshot_store_contract.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::snapshots_a;

template <std::uint32_t Kept>
struct nats_snapshots : tests::nats_store_fixture {
  nats_snapshots() { configure("STREAM.UPDATE.", with_bytes(0)); }
  snapshot_store& store() { return open->snapshots; }
  void settle() {}
  static stream_choices with_bytes(std::uint64_t bytes_max) {
    stream_choices with;
    with.snapshot_bytes_max = bytes_max;
    with.snapshots_kept = Kept;
    return with;
  }
  void fill() {
    configure("STREAM.UPDATE.", with_bytes(open->on.info(names.snapshot_stream()).bytes + 1'000));
  }
  void make_space() { configure("STREAM.UPDATE.", with_bytes(0)); }
};

struct rooms_in_nats : contract::snapshot_client<nats_snapshots<1>> {
  rooms_in_nats() : contract::snapshot_client<nats_snapshots<1>>{all} {}
  nats_snapshots<1> all;
};

}  // namespace

TEST_CASE("the snapshot store in NATS meets the contract of snapshot stores") {
  SECTION("one message a key") { contract::run_snapshot_store_contract<nats_snapshots<1>>(); }
  SECTION("two messages a key") { contract::run_snapshot_store_contract<nats_snapshots<2>>(); }
}

TEST_CASE("a key that would be another subject is refused and never sent") {
  rooms_in_nats rooms;
  for (const std::string key : {"", " ", "a b", "room*", ">", "a\r\nb", "50%"}) {
    INFO(key);
    CHECK(contract::has_failed(rooms.put(snapshots_a, key, sequence{}, "state"),
                               write_outcome::refused));
    CHECK(
        contract::has_failed(rooms.remove(snapshots_a, key, sequence{1}), write_outcome::refused));
    CHECK(rooms.get(snapshots_a, {key}).messages.empty());
  }
  CHECK(rooms.keys(snapshots_a).empty());
  rooms.put_new(snapshots_a, "room", "state");
}

TEST_CASE("a list goes on behind keys that were removed meanwhile") {
  rooms_in_nats rooms;
  for (const char each : std::string("abcdef")) rooms.put_new(snapshots_a, {each}, "state");
  CHECK(rooms.list(snapshots_a, "", 2).messages.back().key == "b");
  for (const auto* key : {"c", "d"}) {
    const auto at = rooms.get(snapshots_a, {key}).messages.at(0).at;
    REQUIRE(rooms.remove(snapshots_a, key, at).outcome == write_outcome::stored);
  }
  const auto page = rooms.list(snapshots_a, "b", 2);
  REQUIRE(page.messages.size() == 2);
  CHECK(page.messages[0].key == "e");
  CHECK(page.messages[1].key == "f");
  CHECK(page.is_end);
}
