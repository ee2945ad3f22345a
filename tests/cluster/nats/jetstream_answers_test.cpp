// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_answers.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

std::string failure(int number, const std::string& text) {
  return R"({"error":{"code":400,"err_code":)" + std::to_string(number) + R"(,"description":")" +
         text + R"("},"stream":"c_EV_0","seq":0})";
}

write_outcome outcome(int number, const std::string& text = "text") {
  const auto got = read_publish_answer(failure(number, text));
  CHECK(got.at == sequence{});
  CHECK(got.why == text + " (" + std::to_string(number) + ")");
  return got.outcome;
}

}  // namespace

TEST_CASE("a stored message has its sequence") {
  const auto got = read_publish_answer(R"({"stream":"c_EV_0", "seq":18446744073709551615})");
  CHECK(got.outcome == write_outcome::stored);
  CHECK(got.at == sequence{18446744073709551615U});
  CHECK(got.why.empty());
}

TEST_CASE("a wrong expected sequence is a conflict, with or without the right one") {
  CHECK(outcome(10071, "wrong last sequence: 7") == write_outcome::conflict);
  CHECK(outcome(10164, "wrong last sequence") == write_outcome::conflict);
}

TEST_CASE("a store without space is full, and other refusals may succeed later") {
  CHECK(outcome(10077, "maximum bytes exceeded") == write_outcome::full);
  CHECK(outcome(10077, "write: no space left on device") == write_outcome::full);
  CHECK(outcome(10047) == write_outcome::full);
  CHECK(outcome(10023) == write_outcome::full);
  CHECK(outcome(10002) == write_outcome::full);
  CHECK(outcome(10054) == write_outcome::refused);
  CHECK(outcome(10009) == write_outcome::refused);
}

TEST_CASE("a message may be stored after an I/O error, or if its answer cannot be read") {
  CHECK(outcome(10077, "input/output error") == write_outcome::unknown);
  for (const auto* json : {"", "{", "[]", "{}", R"({"seq":0})", R"({"seq":"1"})"}) {
    INFO(json);
    const auto got = read_publish_answer(json);
    CHECK(got.outcome == write_outcome::unknown);
    CHECK_FALSE(got.why.empty());
  }
}

TEST_CASE("a change succeeds unless its answer has an error") {
  CHECK(read_change_answer(R"({"success":true,"purged":3})").outcome == write_outcome::stored);
  CHECK(purged_in(R"({"success":true,"purged":3})") == 3);
  CHECK(read_change_answer(failure(10059, "stream not found")).outcome == write_outcome::refused);
  CHECK(purged_in(failure(10059, "stream not found")) == 0);
}

TEST_CASE("the state of a stream is read") {
  const auto info = read_stream_info(
      R"({"config":{"max_bytes":1000,"num_replicas":3},"total":5,"state":{"messages":2,"bytes":99,)"
      R"("first_seq":7,"last_seq":9,"subjects":{"c.sn.1.a":1,"c.sn.1.b":2}}})");
  REQUIRE(info);
  CHECK(info->first == 7);
  CHECK(info->last == 9);
  CHECK(info->messages == 2);
  CHECK(info->bytes == 99);
  CHECK(info->bytes_max == 1000);
  CHECK(info->replicas == 3);
  CHECK(info->subjects == 5);
  CHECK(info->page == std::vector<std::string>{"c.sn.1.a", "c.sn.1.b"});
}

TEST_CASE("an empty stream begins behind its last sequence") {
  const auto fresh = read_stream_info(
      R"({"config":{"max_bytes":-1},"state":{"messages":0,"first_seq":0,"last_seq":0}})");
  REQUIRE(fresh);
  CHECK(fresh->first == 1);
  CHECK(fresh->bytes_max == 0);
  CHECK(read_stream_info(R"({"state":{"messages":0,"first_seq":0,"last_seq":4}})")->first == 5);
}

TEST_CASE("an answer without a state or a message says so") {
  CHECK(read_stream_info("{}").failure().detail == "the answer has no state (0)");
  CHECK(read_stream_info(failure(10059, "stream not found")).failure().code == errc::unavailable);
  CHECK_FALSE(read_stored_message("{}"));
  CHECK_FALSE(read_stored_message(R"({"message":{"seq":1,"data":"Zg="}})"));
  CHECK_FALSE(read_stored_message(failure(10059, "stream not found")));
}

TEST_CASE("a stored message is decoded, and may be missing") {
  const auto got = read_stored_message(
      R"({"message":{"subject":"c.ev.0","seq":12,"data":"Zm9v","time":"2026-01-01T00:00:00Z"}})");
  REQUIRE(got);
  REQUIRE(*got);
  CHECK((*got)->at == 12);
  CHECK((*got)->subject == "c.ev.0");
  CHECK((*got)->data.view() == "foo");
  const auto empty = read_stored_message(R"({"message":{"subject":"c.ev.0","seq":1}})");
  CHECK((**empty).data.view().empty());
  const auto missing = read_stored_message(failure(10037, "no message found"));
  REQUIRE(missing);
  CHECK_FALSE(*missing);
}

TEST_CASE("a page of streams says how many they are, and whether any has or had a message") {
  const auto page = [](const std::string& streams) {
    return read_stream_page(R"({"total":300,"offset":0,"limit":256,"streams":)" + streams + "}");
  };
  const auto empty = page(R"([{"state":{"last_seq":0}},{"state":{"last_seq":0}}])");
  REQUIRE(empty);
  CHECK(empty->total == 300);
  CHECK(empty->streams == 2);
  CHECK_FALSE(empty->has_messages);
  CHECK(page(R"([{"state":{"last_seq":0}},{"state":{"messages":0,"last_seq":7}}])")->has_messages);
  CHECK(page("null")->streams == 0);
  CHECK_FALSE(read_stream_page(R"({"total":1,"streams":[],"missing":["c_EV_0"]})"));
  CHECK_FALSE(read_stream_page(failure(10039, "JetStream not enabled for account")));
}

TEST_CASE("an answer's error is found") {
  CHECK_FALSE(error_in("{}"));
  CHECK(error_in(failure(10058, "in use"))->is(jetstream_errc::stream_name_in_use));
  CHECK(error_in("?")->number == 0);
}
