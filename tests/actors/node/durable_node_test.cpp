// SPDX-License-Identifier: Apache-2.0
// A whole node with a store, and the node that comes after it.
#include <future>
#include <mutex>

#include "actors/node/node.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// Stores that outlive nodes. While `holds`, the answers to appends wait for release().
class held_log_store final : public cluster::log_store {
 public:
  void append(cluster::shard_id shard, cluster::sequence expected_last, slice message,
              callback<cluster::write_result> done) override {
    all_.append(shard, expected_last, std::move(message), [this, done](auto result) {
      {
        const std::scoped_lock guard(lock_);
        if (holds_) return waiting_.push_back([done, result] { done(result); });
      }
      done(result);
    });
  }
  void read_state(cluster::shard_id shard, callback<result<cluster::log_state>> done) override {
    all_.read_state(shard, std::move(done));
  }
  void read(cluster::shard_id shard, cluster::sequence from, std::size_t bytes_max,
            callback<result<cluster::log_page>> done) override {
    all_.read(shard, from, bytes_max, std::move(done));
  }
  void purge(cluster::shard_id shard, cluster::sequence first_kept,
             callback<cluster::write_result> done) override {
    all_.purge(shard, first_kept, std::move(done));
  }
  std::size_t message_bytes_max() const override { return all_.message_bytes_max(); }

  void hold() {
    const std::scoped_lock guard(lock_);
    holds_ = true;
  }
  void release() {
    std::vector<std::function<void()>> all;
    {
      const std::scoped_lock guard(lock_);
      holds_ = false;
      all.swap(waiting_);
    }
    for (auto& each : all) each();
  }
  std::size_t waiting() {
    const std::scoped_lock guard(lock_);
    return waiting_.size();
  }

 private:
  memory_log_store all_;
  std::mutex lock_;
  bool holds_ = false;
  std::vector<std::function<void()>> waiting_;
};

struct stores {
  actors::node_store of_node() {
    actors::node_store out{log, snapshots, {3, 4}, 4};
    out.limits.truncate_delay_ms = 0;
    return out;
  }
  held_log_store log;
  memory_snapshot_store snapshots;
};

settings durable(room_durability durability = room_durability::event) {
  auto out = quiet();
  out.rooms[0].durability = durability;
  out.rooms[0].idempotency_field = "id";
  return out;
}

/// A node on these stores. Its end is the end of a process.
struct durable_node : node_fixture {
  explicit durable_node(stores& on, settings given = durable())
      : node_fixture(2, std::move(given), actors::make_handler, {}, nullptr, on.of_node()) {}
};

void push(node_fixture& it, session_fixture& client, const std::string& ref,
          std::string_view payload = "{\"n\":1}") {
  it.say(client, line(ref, "room:1", "said" + ref, payload));
  it.wait_for(client, "\"" + ref + R"(","room:1","phx_reply",{"status":"ok")");
}

/// The value of a string in the client's frame with this part.
std::string text_in(const std::vector<std::string>& frames, std::string_view part,
                    const std::string& key) {
  for (const auto& each : frames) {
    if (each.find(part) == std::string::npos) continue;
    const auto begin = each.find("\"" + key + "\":\"");
    if (begin == std::string::npos) continue;
    const auto from = begin + key.size() + 4;
    return each.substr(from, each.find('"', from) - from);
  }
  FAIL("no frame has " << key);
  return {};
}

}  // namespace

TEST_CASE("a member resumes at the next process and receives exactly what it missed") {
  stores both;
  std::string epoch_text;
  {
    durable_node first(both);
    auto& client = first.open(0);
    first.join(client, "room:1");
    for (const auto* ref : {"2", "3", "4"}) push(first, client, ref);
    epoch_text = text_in(first.got(client), R"("2","room:1","phx_reply")", "epoch");
  }
  durable_node second(both);
  auto& client = second.open(1);
  second.say(client, line("1", "room:1", "phx_join",
                          R"({"resume":{"epoch":")" + epoch_text + R"(","offset":1}})"));
  second.wait_for(client, R"("offset":3,"recovered":true,"missed":2)");
  second.wait_for(client, "\"said4\"");
  CHECK(client.count("\"said2\"") == 0);
  CHECK(client.count("\"said3\"") == 1);
  push(second, client, "5");
  CHECK(second.probe.value(metrics::gauge::shards) == 4);
  const auto got = second.got(client);
  CHECK(text_in(got, R"("5","room:1","phx_reply")", "epoch") != epoch_text);
  CHECK(client.count(R"("offset":4)") >= 1);
}

TEST_CASE("a push that repeats an idempotency value is answered by the next process as before") {
  stores both;
  std::string position;
  {
    durable_node first(both);
    auto& client = first.open(0);
    first.join(client, "room:1");
    push(first, client, "2", R"({"id":"a"})");
    position = text_in(first.got(client), R"("2","room:1","phx_reply")", "epoch");
  }
  durable_node second(both);
  auto& client = second.open(0);
  second.join(client, "room:1");
  second.say(client, line("7", "room:1", "again", R"({"id":"a"})"));
  second.wait_for(client, R"("7","room:1","phx_reply",{"status":"ok","response":{"epoch":")" +
                              position + R"(","offset":1})");
  second.settle();
  CHECK(client.count("\"again\"") == 0);
}

TEST_CASE("a push is answered and broadcast only after its record is stored") {
  stores both;
  durable_node it(both);
  auto& sender = it.open(0);
  auto& other = it.open(1);
  it.join(sender, "room:1");
  it.join(other, "room:1");
  both.log.hold();
  it.say(sender, line("2", "room:1", "early"));
  it.loops.wait_until(0, [&] { return both.log.waiting() == 1; });
  it.say(sender, line("3", "room:1", "late"));  // is applied and waits for the next append
  it.settle();
  it.say(other, line("4", "room:1", "phx_join", R"({"history":9})"));
  it.settle();
  CHECK(sender.count("\"early\"") == 0);
  CHECK(sender.count("\"2\"") == 0);
  CHECK(other.count("\"early\"") == 0);
  CHECK(other.count("\"4\"") == 0);
  both.log.release();
  it.wait_for(sender, "\"late\"");
  it.wait_for(other, R"("missed":2)");
  const auto got = it.got(sender);
  REQUIRE(got.size() >= 5);
  CHECK(got[1].find(R"("2","room:1","phx_reply",{"status":"ok")") != std::string::npos);
}

TEST_CASE("a room of durability snapshot is stored when its node is asked to, and continues") {
  stores both;
  auto config = durable(room_durability::snapshot);
  config.rooms[0].snapshot_ms = 3'600'000;
  std::string epoch_text;
  {
    durable_node first(both, config);
    auto& client = first.open(0);
    first.join(client, "room:1");
    push(first, client, "2");
    epoch_text = text_in(first.got(client), R"("2","room:1","phx_reply")", "epoch");
    first.node.store_rooms();
    first.loops.wait_until(0,
                           [&] { return first.probe.value(metrics::gauge::rooms_unstored) == 0; });
  }
  durable_node second(both, config);
  auto& client = second.open(0);
  second.say(client, line("1", "room:1", "phx_join",
                          R"({"resume":{"epoch":")" + epoch_text + R"(","offset":0}})"));
  second.wait_for(client, R"("offset":1,"recovered":true,"missed":1)");
}

TEST_CASE("a durable room that is evicted is stored and continues when it is used again") {
  auto config = durable();
  config.limits.rooms_max = 1;
  stores both;
  durable_node it(both, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  push(it, client, "2");
  it.say(client, line("3", "room:1", "phx_leave"));
  it.wait_for(client, "phx_close");
  it.join(client, "room:2");
  it.loops.wait_until(0, [&] { return it.probe.value(metrics::gauge::rooms) == 1; });
  it.say(client, line("4", "room:2", "phx_leave"));
  it.wait_for(client, "phx_close", 2);
  it.say(client, line("5", "room:1", "phx_join", R"({"history":5})"));
  it.wait_for(client, R"("recovered":true,"missed":1)");
  it.wait_for(client, "\"said2\"", 2);
}

TEST_CASE("a node with a store keeps rooms of durability memory out of it") {
  stores both;
  std::string epoch_text;
  for (int round = 0; round < 2; ++round) {
    durable_node it(both, durable(room_durability::memory));
    auto& client = it.open(0);
    if (round == 0) {
      it.join(client, "room:1");
      push(it, client, "2");
      epoch_text = text_in(it.got(client), R"("2","room:1","phx_reply")", "epoch");
    } else {
      it.say(client, line("1", "room:1", "phx_join",
                          R"({"resume":{"epoch":")" + epoch_text + R"(","offset":0}})"));
      it.wait_for(client, R"("recovered":false)");
    }
  }
}

TEST_CASE("the API says that a room is not found only if the store holds none") {
  stores both;
  {
    durable_node first(both);
    auto& client = first.open(0);
    first.join(client, "room:1");
    push(first, client, "2");
  }
  durable_node second(both);
  const auto ask = [&](const std::string& topic_name) {
    std::promise<std::string> answer;
    net::http::api_request request;
    request.route = net::http::api_route::history;
    request.topics = {topic{topic_name}};
    request.limit = 10;
    second.loops.on(1, [&] {
      second.node.api().execute(request, second.loops.at(1), [&](const auto& result) {
        answer.set_value(result ? *result : result.failure().detail);
      });
    });
    return answer.get_future().get();
  };
  CHECK(ask("room:1").find("said2") != std::string::npos);
  CHECK(ask("room:9").find("there is no room") != std::string::npos);
}
