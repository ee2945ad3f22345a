// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream.hpp"

#include <string>

#include "cluster/nats/message_rules.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using contract::awaited;

struct one_stream : tests::nats_store_fixture {
  one_stream() : tests::nats_store_fixture({shard_id{1}}) {}
  write_result publish(const std::string& text, std::uint64_t expected) {
    awaited<write_result> out;
    api().publish("c.ev.1", last_sequence_is(sequence{expected}), contract::slice_of(text),
                  out.callback());
    return out.get();
  }
  result<direct_answer> get(const std::string& body) {
    awaited<result<direct_answer>> out;
    api().get_direct("c_EV_1", body, true, out.callback());
    return out.get();
  }
  jetstream api() { return open->on.api(); }
};

}  // namespace

TEST_CASE("a message is published behind the expected one, and read from leader and replica") {
  one_stream stream;
  CHECK(stream.publish("first", 0).at == sequence{1});
  CHECK(stream.publish("again", 0).outcome == write_outcome::conflict);
  CHECK(stream.publish("second", 1).at == sequence{2});
  awaited<result<std::optional<stored_message>>> from_leader;
  stream.api().get_from_leader("c_EV_1", R"({"last_by_subj":"c.ev.1"})", from_leader.callback());
  const auto newest = from_leader.get();
  REQUIRE(newest);
  REQUIRE(*newest);
  CHECK((*newest)->at == 2);
  CHECK((*newest)->data.view() == "second");
  const auto direct = stream.get(R"({"seq":1})");
  REQUIRE(direct);
  REQUIRE(direct->messages.size() == 1);
  CHECK(direct->messages[0].at == 1);
  CHECK(direct->messages[0].subject == "c.ev.1");
  CHECK(direct->messages[0].data.view() == "first");
}

TEST_CASE("a direct get tells apart what is missing, what is unknown, and what is refused") {
  one_stream stream;
  const auto missing = stream.get(R"({"seq":9})");
  REQUIRE(missing);
  CHECK(missing->messages.empty());
  CHECK_FALSE(missing->is_unknown);
  const auto unknown = stream.get("{}");
  REQUIRE(unknown);
  CHECK(unknown->is_unknown);
}

TEST_CASE("a batch of messages ends with its last one, or is one message on an old server") {
  one_stream stream;
  for (std::uint64_t at = 0; at < 3; ++at) stream.publish("message", at);
  const auto got = stream.get(R"({"seq":1,"next_by_subj":"c.ev.1","batch":2})");
  REQUIRE(got);
  CHECK(got->messages.size() == (got->is_batch ? 2 : 1));
}

TEST_CASE("a request about a stream that does not exist fails with the server's words") {
  one_stream stream;
  awaited<result<stream_info>> info;
  stream.api().info("other", {}, info.callback());
  CHECK(info.get().failure().detail == "stream not found (10059)");
  awaited<write_result> change;
  stream.api().change(
      "STREAM.PURGE.other", {},
      [done = change.callback()](write_result got, std::string_view) { done(std::move(got)); });
  CHECK(contract::has_failed(change.get(), write_outcome::refused));
}
