// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/start_on_nats.hpp"

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/cluster/nats/greeting_server.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

nats_start_options start_with(siphash_key key = {5, 6}) {
  nats_start_options out;
  out.identity.own = {1, 4, key, "c"};
  out.log_bytes_max = 1'000'000;
  out.wait_max = milliseconds{20'000};
  return out;
}

/// Of a node of its own, which gets no other node's answers.
nats_options node_options(const std::string& url) {
  static unsigned nodes = 0;
  nats_options out;
  out.servers = {url};
  out.subject = "c.n." + std::to_string(++nodes);
  out.connect_timeout = milliseconds{10'000};
  out.oldest_server = oldest_server_for(1, false);
  return out;
}

/// A node that starts. Owns: its connection.
struct starting_node {
  explicit starting_node(const std::string& url) : connection(node_options(url)) {}
  explicit starting_node(const tests::nats_server& server) : starting_node(server.url()) {}
  result<nats_start> start(const nats_start_options& with = start_with()) {
    return start_on_nats(connection, with);
  }
  /// Why it does not start.
  std::string refusal(const nats_start_options& with = start_with()) {
    const auto got = start(with);
    REQUIRE_FALSE(got);
    CHECK(got.failure().code == errc::cannot_use_nats);
    return got.failure().detail;
  }
  /// Sends a request about a stream that must succeed.
  void change(const std::string& request, const std::string& body) {
    const auto answer = answer_to(connection, {request, body}, tests::connected::timeout);
    INFO(answer.text);
    REQUIRE(answer.kind == reply_kind::message);
    REQUIRE_FALSE(error_in(answer.text));
  }
  void append(const std::string& subject) {
    contract::awaited<write_result> stored;
    jetstream(connection, tests::connected::timeout)
        .publish(subject, last_sequence_is(sequence{0}), contract::slice_of("x"),
                 stored.callback());
    REQUIRE(stored.get().outcome == write_outcome::stored);
  }
  nats_connection connection;
};

bool has_part(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the first node makes the cluster's streams and identity, and others find them") {
  tests::nats_server server;
  {
    starting_node first(server);
    const auto made = first.start(start_with({5, 6}));
    REQUIRE(made);
    CHECK(made->is_new);
    CHECK(made->identity.key == siphash_key{5, 6});
    CHECK(made->streams.created == 5);
    CHECK(made->server.version.starts_with("2."));
    starting_node second(server);
    const auto found = second.start(start_with({7, 8}));
    REQUIRE(found);
    CHECK_FALSE(found->is_new);
    CHECK(found->identity.key == siphash_key{5, 6});
    CHECK(found->streams.created == 0);
    CHECK(found->streams.changed == 0);
    first.append("c.ev.0");
  }
  server.kill();
  server.start();
  starting_node later(server);
  const auto found = later.start(start_with({9, 9}));
  REQUIRE(found);
  CHECK(found->identity.key == siphash_key{5, 6});
}

TEST_CASE("nodes that start at once agree on one key") {
  const tests::nats_server server;
  std::vector<std::unique_ptr<starting_node>> nodes;
  std::vector<std::future<result<nats_start>>> all;
  for (int i = 0; i < 4; ++i) nodes.push_back(std::make_unique<starting_node>(server));
  for (std::uint64_t i = 0; i < nodes.size(); ++i) {
    all.push_back(std::async(std::launch::async, [node = nodes[i].get(), i] {
      return node->start(start_with({i + 1, i + 1}));
    }));
  }
  std::vector<nats_start> started;
  for (auto& each : all) {
    const auto got = each.get();
    INFO((got ? std::string() : got.failure().detail));
    REQUIRE(got);
    started.push_back(*got);
  }
  int makers = 0;
  for (const auto& each : started) {
    CHECK(each.identity.key == started.front().identity.key);
    makers += each.is_new ? 1 : 0;
  }
  CHECK(makers == 1);
}

TEST_CASE("another number of shards, cluster, hash key or version is refused with both values") {
  const tests::nats_server server;
  starting_node node(server);
  REQUIRE(node.start());
  auto other = start_with();
  other.identity.own.shards = 3;
  CHECK(node.refusal(other) ==
        "cluster c: cluster.shards is 3, but the store has 4 shards, which cannot be changed");
  other = start_with({7, 8});
  other.identity.has_known_key = true;
  CHECK(has_part(node.refusal(other), "cluster c: the store has another hash key (fingerprint "));
  other = start_with();
  other.identity.own.oldest_version = 0;
  CHECK(node.refusal(other) ==
        "cluster c: the store has messages of version 1, but this node reads versions 1 to 0");
  // The snapshots of another cluster, brought here by hand.
  node.change("STREAM.CREATE.d_SN",
              R"({"name":"d_SN","subjects":["d.sn.>"],"storage":"file","discard":"new",)"
              R"("max_msgs_per_subject":2,"allow_direct":true,"sources":[{"name":"c_SN",)"
              R"("subject_transforms":[{"src":"c.sn.>","dest":"d.sn.>"}]}]})");
  tests::connected on(server);
  for (int times = 0; times < 1'000 && on.info("d_SN").messages == 0; ++times) {
    std::this_thread::sleep_for(milliseconds{10});
  }
  node.change("STREAM.UPDATE.d_SN",
              R"({"name":"d_SN","subjects":["d.sn.>"],"storage":"file","discard":"new",)"
              R"("max_msgs_per_subject":2,"allow_direct":true})");
  other = start_with();
  other.identity.own.cluster = "d";
  CHECK(node.refusal(other) == "cluster d: cluster.name is d, but the store is of the cluster c");
}

TEST_CASE("logs without an identity are refused, also logs above the number of shards") {
  const tests::nats_server server;
  starting_node node(server);
  REQUIRE(node.start());
  node.change("STREAM.PURGE.c_SN", {});
  const std::string refusal = "cluster c: it has stored rooms, but its identity is missing";
  // Empty logs have no rooms. The stream of the snapshots has had messages.
  CHECK(node.refusal() == refusal);
  node.change("STREAM.DELETE.c_SN", {});
  CHECK(node.start());
  node.append("c.ev.3");
  // nats-server 2.10 removes the files of a stream in the background. A stream that is deleted
  // again before that has ended keeps its files, and comes back with them.
  node.change("STREAM.PURGE.c_SN", {});
  node.change("STREAM.DELETE.c_SN", {});
  CHECK(node.refusal() == refusal);
  auto fewer = start_with();
  fewer.identity.own.shards = 2;
  CHECK(node.refusal(fewer) == refusal);
}

TEST_CASE("a stream with a limit of age is refused by its name and both values") {
  const tests::nats_server server;
  starting_node node(server);
  REQUIRE(node.connection.wait_until_connected(tests::connected::timeout));
  node.change("STREAM.CREATE.c_EV_2",
              R"({"name":"c_EV_2","subjects":["c.ev.2"],"max_age":3600000000000,)"
              R"("discard":"new","allow_direct":true})");
  CHECK(node.refusal() == "stream c_EV_2: max_age is 3600000000000, but must be 0");
}

TEST_CASE("where sync is known to be always, one snapshot of a room is kept") {
  const tests::nats_server server;
  starting_node node(server);
  auto with = start_with();
  REQUIRE(node.start(with));
  with.sync.kind = nats_sync::always;
  const auto changed = node.start(with);
  REQUIRE(changed);
  CHECK(changed->streams.changed == 1);
}

TEST_CASE("a server that is not there is refused without its password") {
  tests::nats_server server;
  server.kill();
  const auto address = server.url().substr(std::string("nats://").size());
  starting_node node("nats://roost:secret@" + address);
  auto with = start_with();
  with.wait_max = milliseconds{500};
  const auto start = std::chrono::steady_clock::now();
  const auto refusal = node.refusal(with);
  CHECK(std::chrono::steady_clock::now() - start < milliseconds{15'000});
  CHECK(has_part(refusal, "NATS cannot be used at nats://" + address + ": "));
  CHECK_FALSE(has_part(refusal, "secret"));
}

TEST_CASE("a server without JetStream is refused") {
  SECTION("of the whole server") {
    const tests::nats_server server({}, {});
    starting_node node(server);
    CHECK(has_part(node.refusal(), "JetStream is not enabled at the NATS server "));
  }
  SECTION("of the account") {
    const tests::nats_server server(
        "accounts { A: { users: [ { user: roost, password: right } ] } }\n");
    starting_node node("nats://roost:right@" + server.url().substr(std::string("nats://").size()));
    CHECK(has_part(node.refusal(), "JetStream is not enabled at the NATS server "));
  }
}

TEST_CASE("a server that is too old is refused with both versions, for one and three replicas") {
  const tests::greeting_server server("2.10.26");
  starting_node node(server.url());
  CHECK(node.refusal() == "NATS cannot be used at " + server.url() +
                              ": the NATS server fake has version 2.10.26, but cluster.replicas 1 "
                              "needs 2.10.27 or newer");
  const tests::greeting_server newer("2.14.2");
  starting_node replicated(newer.url());
  auto with = start_with();
  with.replicas = 3;
  CHECK(replicated.refusal(with) ==
        "the NATS server fake has version 2.14.2, but cluster.replicas 3 needs 2.14.3 or newer");
}

TEST_CASE("a server whose version cannot be had is refused") {
  const tests::greeting_server server("2.14.6", true);
  starting_node node(server.url());
  CHECK(node.refusal() == "the version of the NATS server at " + server.url() + " is not known");
}

TEST_CASE("a required sync is refused where the server does not have it, or nobody says so") {
  const tests::greeting_server server("2.14.6");
  starting_node node(server.url());
  auto with = start_with();
  with.requires_sync = true;
  CHECK(has_part(node.refusal(with), "cluster.monitor_url is not set"));
  with.sync.kind = nats_sync::interval;
  with.sync.interval = milliseconds{120'000};
  CHECK(has_part(node.refusal(with), "sync_interval 120000 ms, not always"));
  const tests::greeting_server old("2.14.5");
  starting_node other(old.url());
  CHECK(other.refusal(with) ==
        "the NATS server fake has version 2.14.5, but cluster.require_sync needs 2.14.6 or newer");
}

TEST_CASE("a name that is none of a cluster is refused as a setting") {
  const tests::greeting_server server("2.14.6");
  starting_node node(server.url());
  auto with = start_with();
  with.identity.own.cluster = "a.b";
  const auto got = node.start(with);
  REQUIRE_FALSE(got);
  CHECK(got.failure().code == errc::bad_setting);
}
