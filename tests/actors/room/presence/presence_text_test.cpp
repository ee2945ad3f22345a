// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence_text.hpp"

#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using shape = presence_pages::shape;

std::string joined(const std::vector<notification>& pages) {
  std::string out;
  for (const auto& [name, payload] : pages) {
    out += name + " " + std::string{payload.data.view()} + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a ref is 16 url-safe characters and differs for each node and number") {
  std::set<std::string> seen;
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto all_bits = ~std::uint64_t{0};
  // A ref contains 30 bits of the node, into which the higher bits are folded.
  for (const auto node : {std::uint64_t{1}, std::uint64_t{64}, std::uint64_t{1} << 32, all_bits}) {
    for (const auto number : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{64},
                              std::uint64_t{1} << 63, all_bits}) {
      const auto text = ref_text(node, number);
      CHECK(text.size() == 16);
      CHECK(text.find_first_not_of(letters) == std::string::npos);
      CHECK(seen.insert(text).second);
    }
  }
}

TEST_CASE("refs are appended to the fields of the meta") {
  const auto text = [](std::string_view meta) {
    return presence_entry_text("\"k\"", meta, "r", "");
  };
  const auto* const alone = R"("k"{"phx_ref":"r"})";
  CHECK(text("") == alone);
  CHECK(text("{}") == alone);
  CHECK(text(" { \n} ") == alone);
  CHECK(text("null") == alone);
  CHECK(text(R"({"a":{"b":"}"}})") == R"("k"{"a":{"b":"}"},"phx_ref":"r"})");
  CHECK(text(" { \"a\" : 1 } ") == R"("k"{"a" : 1,"phx_ref":"r"})");
  CHECK(presence_entry_text("\"k\"", "{}", "r", "p") == R"("k"{"phx_ref":"r","phx_ref_prev":"p"})");
}

TEST_CASE("an empty state is one page and an empty diff is no page") {
  CHECK(joined(presence_pages{shape::state, 1'000, 0}.take()) == "presence_state {}\n");
  presence_pages diff{shape::diff, 1'000, 0};
  diff.begin_leaves();
  CHECK(diff.take().empty());
}

TEST_CASE("metas of one key form one list") {
  presence_pages state{shape::state, 1'000, 0};
  state.add("\"a\"", "{1}");
  state.add("\"a\"", "{2}");
  state.add("\"b\"", "{3}");
  CHECK(joined(state.take()) ==
        "presence_state {\"a\":{\"metas\":[{1},{2}]},\"b\":{\"metas\":[{3}]}}\n");
}

TEST_CASE("a diff always has both joins and leaves") {
  presence_pages joins{shape::diff, 1'000, 0};
  joins.add("\"a\"", "{1}");
  joins.begin_leaves();
  CHECK(joined(joins.take()) ==
        "presence_diff {\"joins\":{\"a\":{\"metas\":[{1}]}},\"leaves\":{}}\n");
  presence_pages both{shape::diff, 1'000, 0};
  both.add("\"a\"", "{2}");
  both.begin_leaves();
  both.add("\"a\"", "{1}");
  CHECK(joined(both.take()) ==
        "presence_diff {\"joins\":{\"a\":{\"metas\":[{2}]}},"
        "\"leaves\":{\"a\":{\"metas\":[{1}]}}}\n");
}

TEST_CASE("a full page continues on further pages even in the middle of a key") {
  presence_pages state{shape::state, 55, 0};
  for (const auto* meta : {"{1}", "{2}", "{3}"}) state.add("\"a\"", meta);
  CHECK(joined(state.take()) ==
        "presence_state {\"a\":{\"metas\":[{1},{2}]}}\n"
        "presence_diff {\"joins\":{\"a\":{\"metas\":[{3}]}},\"leaves\":{}}\n");
  presence_pages diff{shape::diff, 60, 0};
  diff.add("\"a\"", "{1}");
  diff.begin_leaves();
  diff.add("\"b\"", "{2}");
  diff.add("\"c\"", "{3}");
  CHECK(joined(diff.take()) ==
        "presence_diff {\"joins\":{\"a\":{\"metas\":[{1}]}},\"leaves\":{}}\n"
        "presence_diff {\"joins\":{},\"leaves\":{\"b\":{\"metas\":[{2}]}}}\n"
        "presence_diff {\"joins\":{},\"leaves\":{\"c\":{\"metas\":[{3}]}}}\n");
}

TEST_CASE("no page exceeds its size limit for any size of meta") {
  for (std::size_t size = 1; size < 80; ++size) {
    presence_pages state{shape::state, 200, 0};
    const std::string meta(size, 'm');
    for (int i = 0; i < 20; ++i) state.add(i < 10 ? "\"a\"" : "\"b\"", meta);
    const auto pages = state.take();
    for (const auto& [name, payload] : pages) CHECK(payload.data.size <= 200);
    CHECK(pages.size() > 20 * size / 200);
  }
}
