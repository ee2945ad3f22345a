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

TEST_CASE("an incomplete or invalid command line of the load client is rejected") {
  CHECK_FALSE(parse({"--scenario", "echo"}));
  CHECK_FALSE(parse({"--port", "4000"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "70000"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--connections", "20001"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--window"}));
  CHECK_FALSE(parse({"--scenario", "echo", "--port", "4000", "--unknown", "1"}));
}
