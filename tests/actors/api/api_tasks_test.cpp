// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_tasks.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const time_point start{std::chrono::hours(1)};

api_task job_about(std::vector<topic> topics, time_point since = start) {
  api_task out;
  out.request.topics = std::move(topics);
  out.since = since;
  out.expect(out.request.topics.size());
  return out;
}

}  // namespace

TEST_CASE("an API call completes when all its requests are answered in any order") {
  api_tasks jobs;
  const auto number = jobs.open(job_about({topic{"a"}, topic{"b"}}));
  REQUIRE(number);
  const auto first = jobs.add_call({*number, 0});
  const auto second = jobs.add_call({*number, 1});
  const auto answer = [&](std::uint64_t request_id, const char* text) {
    const auto part = jobs.take_call(request_id);
    REQUIRE(part);
    jobs.find(part->task)->answer(part->index, std::string{text});
  };
  answer(second, "B");
  CHECK_FALSE(jobs.take_if_done(*number));
  answer(first, "A");
  const auto done = jobs.take_if_done(*number);
  REQUIRE(done);
  CHECK(*done->replies[0] == "A");
  CHECK(*done->replies[1] == "B");
  CHECK(jobs.empty());
  CHECK(jobs.open_calls() == 0);
}

TEST_CASE("a request id is redeemed once and an unknown one is ignored") {
  api_tasks jobs;
  const auto number = jobs.open(job_about({topic{"a"}}));
  const auto request_id = jobs.add_call({*number, 0});
  CHECK(jobs.take_call(request_id));
  CHECK_FALSE(jobs.take_call(request_id));
  CHECK_FALSE(jobs.take_call(12'345));
}

TEST_CASE("the number of API calls is bounded and a completed call makes room for another") {
  api_tasks jobs;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < api_tasks::tasks_max; ++i) last = *jobs.open(job_about({}));
  CHECK_FALSE(jobs.open(job_about({})));
  CHECK(jobs.take_if_done(last));
  CHECK(jobs.open(job_about({})));
}

TEST_CASE("an API call that waits too long is dropped and reports the topics without an answer") {
  api_tasks jobs;
  const auto old = jobs.open(job_about({topic{"a"}, topic{"b"}}));
  const auto recent = jobs.open(job_about({topic{"c"}}, start + std::chrono::seconds(2)));
  const auto answered = jobs.add_call({*old, 0});
  const auto lost = jobs.add_call({*old, 1});
  const auto kept = jobs.add_call({*recent, 0});
  jobs.take_call(answered);
  CHECK(jobs.drop_old(start).empty());
  CHECK(jobs.drop_old(start + std::chrono::seconds(1)) == std::vector<topic>{topic{"b"}});
  CHECK(jobs.find(*old) == nullptr);
  CHECK_FALSE(jobs.take_call(lost));
  CHECK(jobs.take_call(kept));
}
