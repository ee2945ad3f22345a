// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/append_queue.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

/// Records named topic and number: "a1".
std::vector<log_record> queued(const std::string& topic, std::vector<std::uint64_t> numbers) {
  std::vector<log_record> out;
  for (const auto number : numbers) {
    log_record record;
    record.topic = roost::topic{topic};
    record.at = offset{number};
    out.push_back(std::move(record));
  }
  return out;
}

std::string names_of(const append_queue::batch& batch) {
  std::string out;
  for (const auto& record : batch.records) {
    out += record.topic.name + std::to_string(record.at.value) + " ";
  }
  return out;
}

std::string tickets_of(const append_queue::batch& batch) {
  std::string out;
  for (const auto& each : batch.tickets) {
    out += each.topic->name + std::to_string(each.number) + " ";
  }
  return out;
}

constexpr std::size_t unbounded = 1'000'000;

}  // namespace

TEST_CASE("a batch is filled from the rooms in turn, in the order of each room") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1, 2, 3}), 3);
  queue.add(topic{"b"}, queued("b", {1}), 1);
  queue.add(topic{"b"}, queued("b", {2}), 2);
  const auto batch = queue.fill(unbounded);
  CHECK(names_of(batch) == "a1 b1 a2 b2 a3 ");
  CHECK(tickets_of(batch) == "b2 a3 ");
  CHECK(batch.topics.size() == 2);
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE("a batch holds at most its bytes, and one record in any case") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1, 2, 3}), 3);
  const auto bytes = queue.bytes();
  CHECK(names_of(queue.fill(bytes / 3 * 2)) == "a1 a2 ");
  CHECK(names_of(queue.fill(1)) == "a3 ");
}

TEST_CASE("a ticket leaves with the last of its records") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1, 2}), 7);
  const auto half = queue.bytes() / 2;
  CHECK(tickets_of(queue.fill(half)).empty());
  CHECK(tickets_of(queue.fill(half)) == "a7 ");
}

TEST_CASE("records behind a cut do not join the batch of those before it") {
  append_queue queue;
  CHECK_FALSE(queue.cut(topic{"a"}));
  queue.add(topic{"a"}, queued("a", {1, 2}), 2);
  CHECK(queue.cut(topic{"a"}));
  queue.add(topic{"a"}, queued("a", {3}), 3);
  queue.add(topic{"b"}, queued("b", {1}), 1);
  const auto before = queue.fill(unbounded);
  CHECK(names_of(before) == "a1 b1 a2 ");
  CHECK(before.cuts.size() == 1);
  const auto behind = queue.fill(unbounded);
  CHECK(names_of(behind) == "a3 ");
  CHECK(behind.cuts.empty());
}

TEST_CASE("a cut that the batch does not reach stays for the next batch") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1, 2, 3}), 3);
  const auto one = queue.bytes() / 3;
  CHECK(queue.cut(topic{"a"}));
  queue.add(topic{"a"}, queued("a", {4}), 4);
  CHECK(names_of(queue.fill(2 * one)) == "a1 a2 ");
  CHECK(names_of(queue.fill(unbounded)) == "a3 ");
}

TEST_CASE("the records of a closed room do not leave") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1}), 1);
  queue.close(topic{"a"});
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE("a room is held until the batch with its last record is stored") {
  append_queue queue;
  queue.add(topic{"a"}, queued("a", {1}), 1);
  CHECK(queue.holds(topic{"a"}));
  queue.fill(unbounded);
  CHECK(queue.holds(topic{"a"}));
  queue.stored();
  CHECK_FALSE(queue.holds(topic{"a"}));
}
