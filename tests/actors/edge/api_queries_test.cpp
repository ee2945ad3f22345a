// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/api_queries.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const time_point start{std::chrono::hours(1)};
constexpr cluster::edge_id edge{node_id{1}, 7};

cluster::command query_of(std::uint64_t request_id) {
  return {topic{"room:1"},
          1,
          {edge, api_queries::number_of(request_id), {}},
          0,
          cluster::commands::query{}};
}

}  // namespace

TEST_CASE("the command of a query has a number that no numbered command has") {
  const cluster::command_id query{edge, api_queries::number_of(5), {}};
  CHECK(api_queries::is_query(query));
  CHECK(api_queries::request_id_of(query) == 5);
  CHECK_FALSE(api_queries::is_query({edge, 5, {}}));
}

TEST_CASE("a query is removed once, by the id of its command") {
  api_queries queries;
  queries.add(query_of(5), start);
  auto id = query_of(5).id;
  id.edge.incarnation = 8;
  CHECK_FALSE(queries.remove(id));
  CHECK(queries.remove(query_of(5).id));
  CHECK_FALSE(queries.remove(query_of(5).id));
  CHECK(queries.empty());
}

TEST_CASE("old queries are taken in their order and later ones stay") {
  api_queries queries;
  for (std::uint64_t n = 1; n <= 3; ++n) queries.add(query_of(n), start + milliseconds(n));
  CHECK(queries.take_old(start).empty());
  CHECK(queries.take_old(start + milliseconds(2)) == std::vector<std::uint64_t>{1, 2});
  CHECK(queries.remove(query_of(3).id));
}

TEST_CASE("queries are resent to the owner of another ownership") {
  api_queries queries;
  for (std::uint64_t n = 1; n <= 2; ++n) queries.add(query_of(n), start);
  std::vector<cluster::command> out;
  queries.resend(9, out);
  REQUIRE(out.size() == 2);
  for (std::uint64_t n = 1; n <= 2; ++n) {
    CHECK(out[n - 1].id == query_of(n).id);
    CHECK(out[n - 1].ownership == 9);
  }
}

TEST_CASE("the number of queries is bounded") {
  api_queries queries;
  for (std::size_t n = 1; n < api_queries::queries_max; ++n) queries.add(query_of(n), start);
  CHECK_FALSE(queries.is_full());
  queries.add(query_of(api_queries::queries_max), start);
  CHECK(queries.is_full());
}
