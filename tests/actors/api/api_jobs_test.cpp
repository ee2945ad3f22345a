#include "actors/api/api_jobs.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const time_point start{std::chrono::hours(1)};

api_job job_about(std::vector<topic> topics, time_point since = start) {
  api_job out;
  out.asked.topics = std::move(topics);
  out.since = since;
  out.expect(out.asked.topics.size());
  return out;
}

}  // namespace

TEST_CASE("a job is done when its last part is answered, whatever the order") {
  api_jobs jobs;
  const auto number = jobs.open(job_about({topic{"a"}, topic{"b"}}));
  REQUIRE(number);
  const auto first = jobs.ticket({*number, 0});
  const auto second = jobs.ticket({*number, 1});
  const auto answer = [&](std::uint64_t ticket, const char* text) {
    const auto part = jobs.redeem(ticket);
    REQUIRE(part);
    jobs.find(part->job)->answer(part->index, std::string{text});
  };
  answer(second, "B");
  CHECK_FALSE(jobs.take_if_done(*number));
  answer(first, "A");
  const auto done = jobs.take_if_done(*number);
  REQUIRE(done);
  CHECK(*done->parts[0] == "A");
  CHECK(*done->parts[1] == "B");
  CHECK(jobs.empty());
  CHECK(jobs.tickets() == 0);
}

TEST_CASE("a ticket counts once, and an unknown one not at all") {
  api_jobs jobs;
  const auto number = jobs.open(job_about({topic{"a"}}));
  const auto ticket = jobs.ticket({*number, 0});
  CHECK(jobs.redeem(ticket));
  CHECK_FALSE(jobs.redeem(ticket));
  CHECK_FALSE(jobs.redeem(12'345));
}

TEST_CASE("jobs are bounded, and one that ends makes place") {
  api_jobs jobs;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < api_jobs::jobs_max; ++i) last = *jobs.open(job_about({}));
  CHECK_FALSE(jobs.open(job_about({})));
  CHECK(jobs.take_if_done(last));
  CHECK(jobs.open(job_about({})));
}

TEST_CASE("what waits for too long is forgotten, and gives the topics that never answered") {
  api_jobs jobs;
  const auto old = jobs.open(job_about({topic{"a"}, topic{"b"}}));
  const auto recent = jobs.open(job_about({topic{"c"}}, start + std::chrono::seconds(2)));
  const auto answered = jobs.ticket({*old, 0});
  const auto lost = jobs.ticket({*old, 1});
  const auto kept = jobs.ticket({*recent, 0});
  jobs.redeem(answered);
  CHECK(jobs.drop_old(start).empty());
  CHECK(jobs.drop_old(start + std::chrono::seconds(1)) == std::vector<topic>{topic{"b"}});
  CHECK(jobs.find(*old) == nullptr);
  CHECK_FALSE(jobs.redeem(lost));
  CHECK(jobs.redeem(kept));
}
