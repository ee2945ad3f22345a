// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/log_fill.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using roost::cluster::log_fill;
using roost::cluster::shard_id;

constexpr shard_id one{1};
constexpr shard_id two{2};

}  // namespace

TEST_CASE("a log above nine tenths of its bytes is nearly full") {
  log_fill fill;
  fill.looked(one, 900'000, 1'000'000);
  CHECK_FALSE(fill.is_any_nearly_full());
  fill.looked(one, 910'000, 1'000'000);
  CHECK(fill.is_any_nearly_full());
  fill.looked(one, 100, 1'000'000);
  CHECK_FALSE(fill.is_any_nearly_full());
}

TEST_CASE("appends fill a log between two looks, and the first one above begins a watch") {
  log_fill fill;
  CHECK_FALSE(fill.appended(one, 1'000'000));  // nothing is known of its bound
  fill.looked(one, 800'000, 1'000'000);
  CHECK_FALSE(fill.appended(one, 90'000));
  CHECK(fill.appended(one, 90'000));
  CHECK_FALSE(fill.appended(one, 1'000));
  CHECK_FALSE(fill.ends_watch(one));
  fill.looked(one, 0, 1'000'000);
  CHECK(fill.ends_watch(one));
  CHECK(fill.appended(one, 950'000));
}

TEST_CASE("a log without a bound is never nearly full, unless it refuses a message") {
  log_fill fill;
  fill.looked(one, 1U << 30U, 0);
  CHECK_FALSE(fill.is_any_nearly_full());
  CHECK(fill.refused(one));
  CHECK_FALSE(fill.refused(one));
  CHECK(fill.is_any_nearly_full());
}

TEST_CASE("any nearly full log counts") {
  log_fill fill;
  CHECK(fill.refused(one));
  CHECK(fill.refused(two));
  fill.looked(one, 0, 100'000);
  CHECK(fill.is_any_nearly_full());
  fill.looked(two, 0, 100'000);
  CHECK_FALSE(fill.is_any_nearly_full());
}
