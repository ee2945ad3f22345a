// SPDX-License-Identifier: Apache-2.0
#include "bench/load/options.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost::bench;

namespace {

std::optional<options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "bench_load");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("a complete command line of the load client is accepted") {
  const auto options = parse({"--scenario", "echo", "--port", "4000", "--dialect", "bare",
                              "--seconds", "0.5", "--poll", "block"});
  REQUIRE(options);
  CHECK(options->scenario == "echo");
  CHECK(options->port == 4000);
  CHECK(options->protocol == dialect::bare);
  CHECK(options->seconds == 0.5);
  CHECK_FALSE(options->polls_busy);
}

TEST_CASE("the load client is told which node it ends and where other nodes are") {
  const auto options = parse({"--scenario", "kill", "--port", "4000", "--other-port", "4001",
                              "--kill-pid", "12", "--gone-ms", "950", "--steady", "9"});
  REQUIRE(options);
  CHECK(options->other_port == 4001);
  CHECK(options->kill_pid == 12);
  CHECK(options->gone_ms == 950);
  CHECK(options->steady == 9);
  CHECK_FALSE(parse({"--scenario", "kill", "--port", "4000", "--kill-pid", "1"}));
}

TEST_CASE("an incomplete or invalid command line of the load client is rejected") {
  CHECK_FALSE(parse({"--scenario", "echo"}));
  CHECK_FALSE(parse({"--port", "4000"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "70000"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--connections", "20001"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--window"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--unknown", "1"}));
}
