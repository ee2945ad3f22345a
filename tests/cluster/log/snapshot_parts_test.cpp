// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/snapshot_parts.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

slice slice_of(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

std::vector<slice> cut(const slice& whole, const snapshot_parts& parts) {
  std::vector<slice> out;
  for (std::size_t i = 0; i < parts.sizes.size(); ++i) out.push_back(cut_part(whole, parts, i));
  return out;
}

const std::string text = "a snapshot of 28 bytes: 0123";

}  // namespace

TEST_CASE("a snapshot is cut into parts of the given size and a rest, and joined again") {
  const auto whole = slice_of(text);
  for (const std::size_t bytes : {1, 2, 9, 27, 28, 29}) {
    const auto parts = parts_of(whole, bytes);
    REQUIRE(parts);
    CHECK(parts->sizes.size() == (text.size() + bytes - 1) / bytes);
    const auto all = cut(whole, *parts);
    for (const auto& each : all) CHECK(each.size <= bytes);
    const auto joined = join_parts(*parts, all);
    REQUIRE(joined);
    CHECK(joined->view() == text);
  }
}

TEST_CASE("the parts share the bytes of the whole, also if that is a part of others") {
  slice whole = slice_of("before " + text);
  whole.begin += 7;
  whole.size -= 7;
  const auto parts = parts_of(whole, 10);
  REQUIRE(parts);
  CHECK(cut_part(whole, *parts, 1).view() == text.substr(10, 10));
  CHECK(cut_part(whole, *parts, 2).whole.get() == whole.whole.get());
}

TEST_CASE("parts that are not those of the message are not joined") {
  const auto whole = slice_of(text);
  const auto parts = parts_of(whole, 10);
  REQUIRE(parts);
  auto all = cut(whole, *parts);
  SECTION("a part of another snapshot") { all[1] = slice_of("other text"); }
  SECTION("two parts in the wrong order") { std::swap(all[0], all[1]); }
  SECTION("a part that is cut off") { --all[2].size; }
  SECTION("a part is missing") { all.pop_back(); }
  SECTION("a part more") { all.push_back(slice_of("")); }
  CHECK_FALSE(join_parts(*parts, all));
}

TEST_CASE("a snapshot has a bounded number of parts") {
  CHECK(parts_of(slice_of(std::string(2 * snapshot_parts_max, 'x')), 2)->sizes.size() ==
        snapshot_parts_max);
  CHECK_FALSE(parts_of(slice_of(std::string(2 * snapshot_parts_max + 1, 'x')), 2));
}

TEST_CASE("the key of a part begins with the key of its room and no other room's") {
  CHECK(part_key(topic{"a.b"}, {7, 2}, 10) == "a=2Eb.7-2.10");
  CHECK(part_key(topic{"a"}, {7, 2}, 0) != part_key(topic{"a"}, {7, 3}, 0));
  CHECK(part_key(topic{"a"}, {7, 2}, 0) != part_key(topic{"a"}, {8, 2}, 0));
}

TEST_CASE("a part is found by its key, and nothing else is the key of a part") {
  const auto found = part_of_key("a=2Eb.7-2.10");
  REQUIRE(found);
  CHECK(found->topic == topic{"a.b"});
  CHECK(found->names == part_names{7, 2});
  CHECK(found->index == 10);
  for (const auto* key : {"a", "a.", "a.7-2", "a.7-2.", "a.7-2.01", "a.7-2.1 ", "a.7.2.1",
                          "a b.7-2.1", "a.7-2.99999999999999999999999", "$.7-2.1"}) {
    CHECK_FALSE(part_of_key(key));
  }
}

TEST_CASE("a room's message has what a listing shows and no content") {
  room_snapshot whole;
  whole.topic = topic{"a"};
  whole.touched_ms = 5;
  whole.is_empty = true;
  whole.log = {1, 2};
  whole.covered = sequence{9};
  whole.epochs = {{{5, 0, "e5"}, offset{1}}};
  whole.head = offset{3};
  whole.handler_state = "content";
  const auto message = message_of(whole, {{7, 2}, sequence{4}, {3, 2}, 11});
  CHECK(message.beginning.topic == whole.topic);
  CHECK(message.beginning.touched_ms == 5);
  CHECK(message.beginning.is_empty);
  CHECK(message.beginning.log == whole.log);
  CHECK(message.beginning.covered == sequence{9});
  CHECK(message.beginning.epochs.size() == 1);
  CHECK(message.beginning.handler_state.empty());
  CHECK(message.parts.first == sequence{4});
}
