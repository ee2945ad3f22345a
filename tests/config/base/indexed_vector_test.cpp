// SPDX-License-Identifier: Apache-2.0
#include "config/base/indexed_vector.hpp"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/colliding_names.hpp"

using namespace roost;

namespace {

/// An entry that counts how often it is accessed or moved.
struct counted {
  static inline std::uint64_t work = 0;
  explicit counted(std::uint64_t n) : number(n) {}
  counted(counted&& from) noexcept : number(from.number) { ++work; }
  counted& operator=(counted&& from) noexcept {
    number = from.number;
    ++work;
    return *this;
  }
  std::uint64_t key() const {
    ++work;
    return number;
  }
  bool is_gap() const { return number == 0; }
  void make_gap() { number = 0; }
  std::uint64_t number;
};

struct named {
  std::string name;
  int value = 0;
  std::string_view key() const { return name; }
  bool is_gap() const { return value == 0; }
  void make_gap() { *this = {}; }
};

std::vector<std::uint64_t> all_of(const indexed_vector<counted>& from) {
  std::vector<std::uint64_t> out;
  from.each([&out](const counted& each) { out.push_back(each.number); });
  return out;
}

template <class Work>
std::uint64_t work_of(Work work) {
  const auto before = counted::work;
  work();
  return counted::work - before;
}

}  // namespace

TEST_CASE("entries are found by their keys and stay in their order") {
  for (const std::uint64_t count : {3, 8, 9, 100}) {
    indexed_vector<counted> all;
    std::vector<std::uint64_t> left;
    for (std::uint64_t n = 1; n <= count; ++n) all.add(counted{n});
    for (std::uint64_t n = 1; n <= count; ++n) {
      REQUIRE(all.find(n));
      if (n % 3 == 1) all.erase(*all.find(n));
      if (n % 3 != 1) left.push_back(n);
    }
    CHECK(all_of(all) == left);
    CHECK(all.size() == left.size());
    CHECK(all.find(std::uint64_t{1}) == nullptr);
    CHECK(all.oldest()->number == 2);
    all.add(counted{1});
    CHECK(all.find(std::uint64_t{1})->number == 1);
    all.clear();
    CHECK(all.empty());
    CHECK(all.oldest() == nullptr);
  }
}

TEST_CASE("it holds the same entries as a map after random adds and erases") {
  std::mt19937 random{11};
  indexed_vector<named> all;
  std::map<std::string, int> model;
  for (int i = 1; i < 20'000; ++i) {
    const auto name = "n" + std::to_string(random() % (i % 5'000 < 2'500 ? 300 : 12));
    auto* found = all.find(name);
    REQUIRE((found != nullptr) == model.contains(name));
    if (found) {
      REQUIRE(found->value == model[name]);
      all.erase(*found);
      model.erase(name);
    } else {
      all.add({name, i});
      model[name] = i;
    }
    REQUIRE(all.size() == model.size());
  }
  std::map<std::string, int> left;
  all.each([&left](const named& each) { left[each.name] = each.value; });
  CHECK(left == model);
}

TEST_CASE("each entry costs constant work among 100000 entries in any order of adds and erases") {
  constexpr std::uint64_t count = 100'000;
  indexed_vector<counted> all;
  const auto added = work_of([&] {
    for (auto n = count; n > 0; --n) all.add(counted{n});
  });
  CHECK(added < 20 * count);
  const auto found = work_of([&] {
    for (std::uint64_t n = 1; n <= count; ++n) all.find(n * 7'919 % count + 1);
  });
  CHECK(found < 10 * count);
  const auto erased = work_of([&] {
    for (std::uint64_t n = 1; n <= count; ++n) all.erase(*all.find((n * 7'919 % count) + 1));
  });
  CHECK(all.empty());
  CHECK(erased < 30 * count);
}

TEST_CASE("the oldest entry is found in constant time while entries are added") {
  constexpr std::uint64_t count = 10'000;
  indexed_vector<counted> all;
  for (std::uint64_t n = 1; n <= count; ++n) all.add(counted{n});
  const auto work = work_of([&] {
    for (std::uint64_t n = 1; n <= 3 * count; ++n) {
      REQUIRE(all.oldest()->number == n);
      all.erase(*all.oldest());
      all.add(counted{count + n});
    }
  });
  CHECK(work < 60 * count);
}

TEST_CASE("entries with names built to collide are all found") {
  indexed_vector<named> all;
  const auto names = tests::colliding_names::make(12);
  for (const auto& name : names) all.add({name, 1});
  for (const auto& name : names) REQUIRE(all.find(name));
}
