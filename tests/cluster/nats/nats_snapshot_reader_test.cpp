// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_reader.hpp"

#include <string>

#include "tests/cluster/log/snapshot_client.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

struct stored_rooms : tests::nats_store_fixture {
  snapshot_store& store() { return open->snapshots; }
  void settle() {}
};

}  // namespace

TEST_CASE("many keys are read at once, and those that are missing are left out") {
  stored_rooms all;
  contract::snapshot_client<stored_rooms> rooms{all};
  std::vector<std::string> keys;
  sequence last;
  for (int i = 0; i < 50; ++i) {
    keys.push_back("room:" + std::to_string(i));
    if (i % 2 == 0) last = rooms.put_new(shard_id{1}, keys.back(), keys.back());
  }
  const auto page = rooms.get(shard_id{1}, keys);
  CHECK(page.up_to == last);
  REQUIRE(page.messages.size() == 25);
  for (const auto& each : page.messages) CHECK(each.data.view() == each.key);
}

TEST_CASE("a read fails while there is no connection") {
  stored_rooms all;
  all.server.kill();
  while (all.open->on.connection.is_connected()) std::this_thread::sleep_for(milliseconds{1});
  for (const std::vector<std::string>& keys : {std::vector<std::string>{"room"}, {}}) {
    contract::awaited<result<snapshot_page>> answer;
    all.store().get(shard_id{1}, keys, answer.callback());
    CHECK(answer.get().failure().code == errc::unavailable);
  }
}
