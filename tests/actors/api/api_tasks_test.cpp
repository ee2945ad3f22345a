// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_tasks.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const time_point start{std::chrono::hours(1)};

api_task task_about(std::vector<topic> topics, time_point since = start) {
  api_task out;
  out.request.topics = std::move(topics);
  out.since = since;
  out.expect(out.request.topics.size());
  return out;
}

}  // namespace

TEST_CASE("an API call completes when all its requests are answered in any order") {
  api_tasks tasks;
  const auto number = tasks.open(task_about({topic{"a"}, topic{"b"}}));
  REQUIRE(number);
  const auto first = tasks.add_call({*number, 0});
  const auto second = tasks.add_call({*number, 1});
  const auto answer = [&](std::uint64_t request_id, const char* text) {
    const auto part = tasks.take_call(request_id);
    REQUIRE(part);
    tasks.find(part->task)->answer(part->index, std::string{text});
  };
  answer(second, "B");
  CHECK_FALSE(tasks.take_if_done(*number));
  answer(first, "A");
  const auto done = tasks.take_if_done(*number);
  REQUIRE(done);
  CHECK(*done->replies[0] == "A");
  CHECK(*done->replies[1] == "B");
  CHECK(tasks.empty());
  CHECK(tasks.open_calls() == 0);
}

TEST_CASE("a request id is redeemed once and an unknown one is ignored") {
  api_tasks tasks;
  const auto number = tasks.open(task_about({topic{"a"}}));
  const auto request_id = tasks.add_call({*number, 0});
  REQUIRE(tasks.find_call(request_id));
  CHECK(tasks.find_call(request_id)->task == *number);
  CHECK(tasks.take_call(request_id));
  CHECK(tasks.find_call(request_id) == nullptr);
  CHECK_FALSE(tasks.take_call(request_id));
  CHECK_FALSE(tasks.take_call(12'345));
}

TEST_CASE("the number of API calls is bounded and a completed call makes room for another") {
  api_tasks tasks;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < api_tasks::tasks_max; ++i) last = *tasks.open(task_about({}));
  CHECK_FALSE(tasks.open(task_about({})));
  CHECK(tasks.take_if_done(last));
  CHECK(tasks.open(task_about({})));
}

TEST_CASE("an API call that waits too long is dropped and reports the topics without an answer") {
  api_tasks tasks;
  const auto old = tasks.open(task_about({topic{"a"}, topic{"b"}}));
  const auto recent = tasks.open(task_about({topic{"c"}}, start + std::chrono::seconds(2)));
  const auto answered = tasks.add_call({*old, 0});
  const auto lost = tasks.add_call({*old, 1});
  const auto kept = tasks.add_call({*recent, 0});
  tasks.take_call(answered);
  CHECK(tasks.drop_old(start).empty());
  const auto dropped = tasks.drop_old(start + std::chrono::seconds(1));
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].request_id == lost);
  CHECK(dropped[0].topic == topic{"b"});
  CHECK(tasks.find(*old) == nullptr);
  CHECK_FALSE(tasks.take_call(lost));
  CHECK(tasks.take_call(kept));
}
