// SPDX-License-Identifier: Apache-2.0
#include "bench/store/store_options.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost::bench;

namespace {

std::optional<store_options> parse_store(std::vector<std::string> words) {
  words.insert(words.begin(), "bench_log_store");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parse_store_options(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("a complete command line of the store's benchmark is accepted") {
  const auto options = parse_store({"--scenario", "take_over", "--nats", "nats://127.0.0.1:4222",
                                    "--messages", "500", "--shards", "1", "--bytes", "120"});
  REQUIRE(options);
  CHECK(options->scenario == "take_over");
  CHECK(options->nats == "nats://127.0.0.1:4222");
  CHECK(options->messages == 500);
  CHECK(options->shards == 1);
  CHECK(options->bytes == 120);
}

TEST_CASE("an incomplete or invalid command line of the store's benchmark is rejected") {
  const std::string url = "nats://127.0.0.1:4222";
  CHECK_FALSE(parse_store({"--scenario", "pushes"}));
  CHECK_FALSE(parse_store({"--nats", url}));
  CHECK_FALSE(parse_store({"--scenario", "other", "--nats", url}));
  CHECK_FALSE(parse_store({"--scenario", "pushes", "--nats", url, "--rooms", "20001"}));
  CHECK_FALSE(parse_store({"--scenario", "pushes", "--nats", url, "--seconds"}));
  CHECK_FALSE(parse_store({"--scenario", "pushes", "--nats", url, "--unknown", "1"}));
}
