// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/paced_commands.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using command_numbers = std::vector<std::uint64_t>;

constexpr auto half_piece = paced_commands::piece_bytes_max / 2;

cluster::command push_of(std::uint64_t number, std::size_t bytes) {
  cluster::commands::push push;
  push.payload.data = slice::of(bytes_ptr::copy(std::string(bytes, 'x')));
  return {topic{"room:1"}, 0, {{}, number, {}}, 0, std::move(push)};
}

cluster::command part_of(std::size_t bytes) {
  cluster::commands::attach::member member;
  member.meta.data = slice::of(bytes_ptr::copy(std::string(bytes, 'x')));
  cluster::commands::attach out;
  out.members.push_back(member);
  return {topic{"room:1"}, 0, {}, 0, std::move(out)};
}

struct paced_fixture {
  void add(cluster::command command) {
    std::vector<cluster::command> made;
    made.push_back(std::move(command));
    commands.add(made);
    CHECK(made.empty());
  }
  /// The numbers of the commands that are published now.
  command_numbers take(std::uint64_t first_unanswered) {
    command_numbers out;
    for (const auto& each : commands.take(first_unanswered)) out.push_back(each.id.number);
    return out;
  }
  paced_commands commands;
};

}  // namespace

TEST_CASE("commands that fit into a piece are sent at once, and later ones follow") {
  paced_fixture b;
  b.add(part_of(1'000));
  b.add(push_of(1, 1'000));
  CHECK(b.take(1) == command_numbers{0, 1});
  CHECK(b.commands.empty());
  b.add(push_of(2, 1'000));
  CHECK(b.take(1) == command_numbers{2});
}

TEST_CASE("the next piece goes when every part of the attach and every command is answered") {
  paced_fixture b;
  b.add(part_of(half_piece));
  b.add(part_of(half_piece));
  b.add(push_of(7, half_piece));
  b.add(push_of(8, half_piece));
  b.add(push_of(9, 1));
  CHECK(b.take(7) == command_numbers{0});
  CHECK(b.take(7).empty());
  b.commands.part_answered();
  CHECK(b.take(7) == command_numbers{0});
  b.commands.part_answered();
  CHECK(b.take(7) == command_numbers{7});
  CHECK(b.take(7).empty());
  CHECK(b.take(8) == command_numbers{8, 9});
  CHECK(b.commands.empty());
}

TEST_CASE("a command that is larger than a piece goes alone") {
  paced_fixture b;
  b.add(push_of(1, 3 * half_piece));
  b.add(push_of(2, 1));
  CHECK(b.take(1) == command_numbers{1});
  CHECK_FALSE(b.commands.empty());
  CHECK(b.take(0) == command_numbers{2});
}

TEST_CASE("an answer to a part of an earlier attach is ignored") {
  paced_fixture b;
  b.commands.part_answered();
  b.add(part_of(half_piece));
  b.add(part_of(half_piece));
  CHECK(b.take(0) == command_numbers{0});
  CHECK(b.take(0).empty());
}
