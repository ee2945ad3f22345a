// SPDX-License-Identifier: Apache-2.0
#include "net/limits/bucket_table.hpp"

#include <atomic>
#include <string>
#include <thread>

#include "net/limits/address_key.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;
using namespace roost::net::limits;

namespace {

const time_point start{1h};

address_key numbered(std::uint32_t n) {
  address_bytes out{};
  out[10] = out[11] = 0xFF;
  for (std::size_t i = 0; i < 4; ++i) out[12 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
  return key_of(out);
}

bool passes(bucket_table<address_key, address_hash>& table, std::uint32_t who,
            const rate_limit& limit, time_point at) {
  return table.take(numbered(who), limit, at).count() == 0;
}

}  // namespace

TEST_CASE("each key has its own bucket and a refused key gets the time until its next token") {
  metrics probe;
  bucket_table<address_key, address_hash> table(probe);
  const rate_limit limit{2, 1};
  CHECK(passes(table, 1, limit, start));
  CHECK(passes(table, 2, limit, start));
  CHECK(table.take(numbered(1), limit, start) == 500ms);
  CHECK(passes(table, 1, limit, start + 500ms));
  CHECK(probe.value(metrics::gauge::rate_buckets) == 2);
}

TEST_CASE("without a rate limit no bucket is stored") {
  metrics probe;
  bucket_table<address_key, address_hash> table(probe);
  CHECK(passes(table, 1, {}, start));
  CHECK(table.size() == 0);
}

TEST_CASE("a million addresses stay within the bound of the table and each new one passes") {
  metrics probe;
  bucket_table<address_key, address_hash> table(probe, 1'024);
  const rate_limit limit{1, 1};
  for (std::uint32_t i = 0; i < 1'000'000; ++i) REQUIRE(passes(table, i, limit, start));
  CHECK(table.size() <= 1'024);
  CHECK(table.size() > 512);
  CHECK(probe.value(metrics::gauge::rate_buckets) == static_cast<double>(table.size()));
}

TEST_CASE("an active key is not evicted by a flood of new keys") {
  metrics probe;
  bucket_table<address_key, address_hash> table(probe, 1'024);
  const rate_limit limit{1, 2};
  REQUIRE(passes(table, 7, limit, start));
  REQUIRE(passes(table, 7, limit, start));
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    (void)passes(table, 1'000 + i, limit, start);
    if (i % 8 == 0) REQUIRE_FALSE(passes(table, 7, limit, start));
  }
}

TEST_CASE("full buckets expire while new keys are added") {
  metrics probe;
  bucket_table<address_key, address_hash> table(probe);
  const rate_limit limit{10, 10};
  for (std::uint32_t i = 0; i < 10'000; ++i) (void)passes(table, i, limit, start);
  CHECK(table.size() == 10'000);
  for (std::uint32_t i = 0; i < 10'000; ++i) (void)passes(table, 100'000 + i, limit, start + 2s);
  CHECK(table.size() < 11'000);
  for (std::uint32_t i = 0; i < 1'000; ++i) (void)passes(table, 200'000 + i, limit, start + 4s);
  CHECK(table.size() < 10'000);
}

TEST_CASE("a bucket table takes users as keys and may be used by two threads") {
  metrics probe;
  {
    bucket_table<std::string> table(probe);
    std::atomic<int> passed{0};
    const auto ask = [&] {
      for (int i = 0; i < 2'000; ++i) {
        if (table.take("ada", {1, 500}, start).count() == 0) ++passed;
        (void)table.take(std::to_string(i), {1, 1}, start);
      }
    };
    std::thread other(ask);
    ask();
    other.join();
    CHECK(passed == 500);
    CHECK(table.size() == 2'001);
  }
  CHECK(probe.value(metrics::gauge::rate_buckets) == 0);
}
