// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_setup.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "cluster/nats/json_document.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

constexpr std::uint32_t setup_shards = 3;

std::vector<stream_config> cluster_streams(const stream_choices& with = {}) {
  const auto names = *subjects::of("c");
  std::vector<stream_config> out{snapshot_stream_config(names, with)};
  for (std::uint32_t i = 0; i < setup_shards; ++i) {
    out.push_back(log_stream_config(names, shard_id{i}, with));
  }
  return out;
}

/// A node that sets up its streams.
struct setup_node {
  explicit setup_node(const tests::nats_server& server, unsigned number = 1) : on(server, number) {}
  result<stream_facts> run(const std::vector<stream_config>& wanted,
                           const jetstream_account& account = {}) {
    const auto deadline = std::chrono::steady_clock::now() + tests::connected::timeout;
    return stream_setup(on.connection, wanted, account, oldest_server_for(1, false), deadline)
        .run();
  }
  std::string config_of(const std::string& stream) {
    const auto info =
        answer_to(on.connection, {"STREAM.INFO." + stream}, tests::connected::timeout);
    return json_document(info.text).raw("/config");
  }
  tests::connected on;
};

/// Stores a message in the log of shard 0.
void append_to_first_log(setup_node& node) {
  contract::awaited<write_result> stored;
  node.on.api().publish("c.ev.0", last_sequence_is(sequence{0}), contract::slice_of("x"),
                        stored.callback());
  REQUIRE(stored.get().outcome == write_outcome::stored);
}

/// Why these streams are refused.
std::string setup_refusal(const result<stream_facts>& got) {
  REQUIRE_FALSE(got);
  CHECK(got.failure().code == errc::cannot_use_nats);
  return got.failure().detail;
}

}  // namespace

TEST_CASE("the first node creates all streams, and the next one finds them") {
  const tests::nats_server server;
  setup_node first(server);
  const auto created = first.run(cluster_streams());
  REQUIRE(created);
  CHECK(created->created == setup_shards + 1);
  CHECK(created->changed == 0);
  CHECK_FALSE(created->has_messages);
  setup_node second(server);
  const auto found = second.run(cluster_streams());
  REQUIRE(found);
  CHECK(found->created == 0);
  CHECK(found->changed == 0);
}

TEST_CASE("nodes that start at once all find or create each stream") {
  const tests::nats_server server;
  std::vector<std::unique_ptr<setup_node>> nodes;
  for (unsigned i = 1; i <= 4; ++i) nodes.push_back(std::make_unique<setup_node>(server, i));
  std::vector<std::future<result<stream_facts>>> all;
  for (auto& each : nodes) {
    all.push_back(std::async(std::launch::async,
                             [node = each.get()] { return node->run(cluster_streams()); }));
  }
  std::uint32_t created = 0;
  for (auto& each : all) {
    const auto got = each.get();
    REQUIRE(got);
    created += got->created;
  }
  // The server answers a request for an equal stream as if it had created it.
  CHECK(created >= setup_shards + 1);
  setup_node later(server);
  const auto found = later.run(cluster_streams());
  REQUIRE(found);
  CHECK(found->created == 0);
  CHECK(found->changed == 0);
}

TEST_CASE("bounds and kept snapshots of existing streams are changed, and their messages stay") {
  const tests::nats_server server;
  setup_node node(server);
  stream_choices with;
  with.log_bytes_max = 1'000'000;
  with.snapshots_kept = 2;
  REQUIRE(node.run(cluster_streams(with)));
  append_to_first_log(node);
  with.log_bytes_max = 2'000'000;
  with.snapshots_kept = 1;
  const auto changed = node.run(cluster_streams(with));
  REQUIRE(changed);
  CHECK(changed->created == 0);
  CHECK(changed->changed == setup_shards + 1);
  CHECK(changed->has_messages);
  CHECK(node.on.info("c_EV_0").bytes_max == 2'000'000);
  CHECK(node.on.info("c_EV_0").last == 1);
  CHECK(json_document(node.config_of("c_SN")).number("/max_msgs_per_subject") == 1);
  const auto again = node.run(cluster_streams(with));
  REQUIRE(again);
  CHECK(again->changed == 0);
}

TEST_CASE("a stream that somebody has configured otherwise is refused, and nothing is created") {
  const tests::nats_server server;
  setup_node node(server);
  const auto log = cluster_streams().at(1);
  const auto create = [&](std::string json, const std::string& from, const std::string& to) {
    json.replace(json.find(from), from.size(), to);
    node.on.configure("STREAM.CREATE.", {log.name, json});
  };
  SECTION("a limit of age") {
    create(log.json, R"("max_age":0)", R"("max_age":3600000000000)");
    CHECK(setup_refusal(node.run(cluster_streams())) ==
          "stream c_EV_0: max_age is 3600000000000, but must be 0");
  }
  SECTION("a limit of messages") {
    create(log.json, R"("max_msgs":-1)", R"("max_msgs":10)");
    CHECK(setup_refusal(node.run(cluster_streams())) ==
          "stream c_EV_0: max_msgs is 10, but must be -1");
  }
  SECTION("memory") {
    create(log.json, R"("storage":"file")", R"("storage":"memory")");
    CHECK(setup_refusal(node.run(cluster_streams())) ==
          R"(stream c_EV_0: storage is "memory", but must be "file")");
  }
  SECTION("old messages give way") {
    create(log.json, R"("discard":"new")", R"("discard":"old")");
    CHECK(setup_refusal(node.run(cluster_streams())) ==
          R"(stream c_EV_0: discard is "old", but must be "new")");
  }
  SECTION("purges are denied") {
    create(log.json, R"("max_age":0)", R"("max_age":0,"deny_purge":true)");
    CHECK(setup_refusal(node.run(cluster_streams())) ==
          "stream c_EV_0: deny_purge is true, but must be false");
  }
  SECTION("its subject belongs to another stream") {
    node.on.configure("STREAM.CREATE.", {"other", R"({"name":"other","subjects":["c.ev.*"]})"});
    const auto refused = setup_refusal(node.run(cluster_streams()));
    CHECK(refused.find("stream c_EV_0 cannot be created as {") != std::string::npos);
    CHECK(refused.find("subjects overlap with an existing stream (10065)") != std::string::npos);
    return;  // the snapshots have a subject of their own
  }
  CHECK(node.config_of("c_EV_1").empty());
  CHECK(node.config_of("c_SN").empty());
}

TEST_CASE("streams that do not fit into the server or the account are refused with the sizes") {
  const tests::nats_server server({}, "max_file: 10MB");
  setup_node node(server);
  stream_choices with;
  with.log_bytes_max = 20'000'000;
  const auto refused = setup_refusal(node.run(cluster_streams(with)));
  CHECK(refused.find(R"("max_bytes":20000000)") != std::string::npos);
  CHECK(refused.find("insufficient storage resources available (10047)") != std::string::npos);
  jetstream_account small;
  small.streams_max = 2;
  CHECK(setup_refusal(node.run(cluster_streams(), small)) ==
        "the cluster needs 3 more streams, but the account has 0 and may have 2");
}

TEST_CASE("of many differences only the first are shown") {
  const tests::nats_server server;
  setup_node node(server);
  std::vector<stream_config> wanted;
  for (std::uint32_t i = 0; i < 13; ++i) {
    auto stream = log_stream_config(*subjects::of("c"), shard_id{i}, {});
    wanted.push_back(stream);
    const std::string none = R"("max_age":0)";
    stream.json.replace(stream.json.find(none), none.size(), R"("max_age":1000000000)");
    node.on.configure("STREAM.CREATE.", stream);
  }
  const auto refused = setup_refusal(node.run(wanted));
  CHECK(std::ranges::count(refused, '\n') == 10);
  CHECK(refused.ends_with("\nand 3 more like these"));
}

TEST_CASE("a server that does not answer ends the setup at its deadline") {
  tests::nats_server server;
  setup_node node(server);
  server.kill();
  while (node.on.connection.is_connected()) std::this_thread::sleep_for(milliseconds{1});
  const auto deadline = std::chrono::steady_clock::now() + milliseconds{200};
  const auto refused =
      setup_refusal(stream_setup(node.on.connection, cluster_streams(), {}, {}, deadline).run());
  CHECK(refused.starts_with("the streams could not be checked in time: stream c_EV_2: "));
  CHECK(std::chrono::steady_clock::now() >= deadline);
}
