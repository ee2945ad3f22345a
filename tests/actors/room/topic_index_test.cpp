// SPDX-License-Identifier: Apache-2.0
#include "actors/room/topic_index.hpp"

#include <deque>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

struct counting_less {
  static inline int calls = 0;
  bool operator()(std::string_view one, std::string_view other) const {
    ++calls;
    return one < other;
  }
};

struct sample {
  void add(std::string_view name) { index.add(kept.emplace_back(name)); }
  /// The names of one page, each followed by a blank; `calls` counts the visited topics.
  std::string page(std::string_view match, std::string_view after, int max) {
    std::string out;
    calls = 0;
    index.visit_after(match, after, [&](const topic& topic) {
      out += topic.name + " ";
      return ++calls < max;
    });
    return out;
  }
  std::deque<topic> kept;
  topic_index<counting_less> index;
  int calls = 0;
};

}  // namespace

TEST_CASE("matching topics are visited in order of name after a given name") {
  sample it;
  for (const auto* name : {"room:3", "room", "other:1", "room:1", "zoo", "room:2", "roo*"}) {
    it.add(name);
  }
  CHECK(it.page("*", "", 9) == "other:1 roo* room room:1 room:2 room:3 zoo ");
  CHECK(it.page("room:*", "", 2) == "room:1 room:2 ");
  CHECK(it.page("room:*", "room:2", 9) == "room:3 ");
  CHECK(it.page("room:*", "zzz", 9).empty());
  CHECK(it.page("room:2", "", 9) == "room:2 ");
  CHECK(it.page("room:2", "room:2", 9).empty());
  CHECK(it.page("room", "", 9) == "room ");
  CHECK(it.page("absent", "", 9).empty());
  it.index.remove(it.kept[3]);
  CHECK(it.page("room:*", "", 9) == "room:2 room:3 ");
}

TEST_CASE("a page of 100000 rooms costs one search and its own length") {
  sample it;
  for (int i = 0; i < 100'000; ++i) it.add("room:" + std::to_string(i));
  for (int i = 0; i < 10; ++i) it.add("a:" + std::to_string(i));
  counting_less::calls = 0;
  it.page("room:*", "room:5", 100);
  CHECK(it.calls == 100);
  CHECK(it.page("a:*", "", 100).size() == 40);
  CHECK(it.calls == 10);
  CHECK(it.page("room:99999", "", 100) == "room:99999 ");
  CHECK(it.calls == 1);
  CHECK(counting_less::calls < 3 * 40);
}
