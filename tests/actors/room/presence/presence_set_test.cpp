// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence_set.hpp"

#include <map>
#include <random>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

cluster::member_id member(std::uint64_t n) { return {node_id{n % 3}, connection_id{n}}; }

// The metas in the order of each(), which must visit the metas of one key consecutively.
std::map<std::string, std::vector<std::string>> metas_by_key(const presence_set& all) {
  std::map<std::string, std::vector<std::string>> out;
  std::string last;
  all.each([&](const presence_entry& one) {
    const std::string key{one.key()};
    if (key != last) CHECK_FALSE(out.contains(key));
    last = key;
    out[key].emplace_back(one.meta());
  });
  return out;
}

}  // namespace

TEST_CASE("members are found by id and grouped by key") {
  presence_set all;
  for (std::uint64_t n = 0; n < 6; ++n) {
    auto& made = all.add(member(n), n % 2 ? "\"odd\"" : "\"even\"");
    all.rewrite(made, std::string{made.key()} + std::to_string(n));
  }
  REQUIRE(all.find(member(3)));
  CHECK(all.find(member(3))->meta() == "3");
  CHECK(all.find(member(9)) == nullptr);
  const auto by_key = metas_by_key(all);
  CHECK(by_key.at("\"odd\"") == std::vector<std::string>{"1", "3", "5"});
  CHECK(by_key.at("\"even\"") == std::vector<std::string>{"0", "2", "4"});
}

TEST_CASE("the first member of a key may leave and the others keep their order") {
  presence_set all;
  for (std::uint64_t n = 0; n < 3; ++n) {
    auto& made = all.add(member(n), "\"k\"");
    all.rewrite(made, "\"k\"" + std::to_string(n));
  }
  all.remove(member(0));
  CHECK(metas_by_key(all).at("\"k\"") == std::vector<std::string>{"1", "2"});
  all.remove(member(2));
  all.remove(member(2));
  CHECK(metas_by_key(all).at("\"k\"") == std::vector<std::string>{"1"});
  all.remove(member(1));
  CHECK(all.size() == 0);
  CHECK(all.text_bytes() == 0);
  all.add(member(1), "\"k\"");
  CHECK(metas_by_key(all).size() == 1);
}

TEST_CASE("the presence set stays correct after many random joins and leaves") {
  presence_set all;
  std::map<std::uint64_t, std::string> truth;
  std::mt19937 random{7};
  for (int step = 0; step < 5'000; ++step) {
    const auto n = random() % 200;
    if (truth.erase(n) > 0) {
      all.remove(member(n));
    } else {
      truth[n] = "\"key" + std::to_string(random() % 40) + "\"";
      auto& made = all.add(member(n), truth[n]);
      all.rewrite(made, truth[n] + std::to_string(n));
    }
  }
  CHECK(all.size() == truth.size());
  std::size_t bytes = 0;
  std::size_t seen = 0;
  for (const auto& [n, key] : truth) {
    REQUIRE(all.find(member(n)));
    CHECK(all.find(member(n))->key() == key);
    bytes += key.size() + std::to_string(n).size();
  }
  for (const auto& [key, metas] : metas_by_key(all)) seen += metas.size();
  CHECK(seen == truth.size());
  CHECK(all.text_bytes() == bytes);
  all.clear();
  CHECK(all.size() == 0);
  CHECK(metas_by_key(all).empty());
}
