// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/identity_question.hpp"

#include <string>

#include "cluster/wire/log_codec.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

const store_identity known{1, 4, {5, 6}, "c"};

struct question_fixture {
  explicit question_fixture(const tests::nats_server& server) : on(server) {}
  void make_stream() { on.configure("STREAM.CREATE.", snapshot_stream_config(names, {})); }
  void store(const std::string& message) {
    contract::awaited<write_result> stored;
    on.api().publish(*names.snapshot(shard_id{0}, identity_key), {}, contract::slice_of(message),
                     stored.callback());
    REQUIRE(stored.get().outcome == write_outcome::stored);
  }
  void store(const store_identity& identity) {
    wire::byte_writer out;
    REQUIRE(wire::encode(identity, out));
    store(std::string(out.view()));
  }
  identity_finding ask() {
    contract::awaited<identity_finding> answer;
    ask_for_identity(on.api(), names, known, answer.callback());
    return answer.get();
  }
  const subjects names = *subjects::of("c");
  tests::connected on;
};

}  // namespace

TEST_CASE("the cluster is the same while its identity is") {
  const tests::nats_server server;
  question_fixture it(server);
  it.make_stream();
  it.store(known);
  CHECK(it.ask().state == identity_state::same);
}

TEST_CASE("another key, or a message that cannot be read, is another cluster") {
  const tests::nats_server server;
  question_fixture it(server);
  it.make_stream();
  it.store(store_identity{1, 4, {7, 8}, "c"});
  auto found = it.ask();
  CHECK(found.state == identity_state::changed);
  CHECK(found.why.find("another hash key") != std::string::npos);
  it.store("no identity");
  found = it.ask();
  CHECK(found.state == identity_state::changed);
  CHECK(found.why.find("cannot be read") != std::string::npos);
}

TEST_CASE("the identity is missing without its message and without its stream") {
  const tests::nats_server server;
  question_fixture it(server);
  auto found = it.ask();
  CHECK(found.state == identity_state::missing);
  CHECK(found.why == "its stream c_SN is missing");
  it.make_stream();
  found = it.ask();
  CHECK(found.state == identity_state::missing);
  CHECK(found.why == "its identity is missing");
}

TEST_CASE("nothing is known of the cluster while JetStream does not answer") {
  const tests::nats_server server({}, "");
  question_fixture it(server);
  CHECK(it.ask().state == identity_state::unknown);
}
