// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/attach_check.hpp"

#include "cluster/wire/envelope_codec.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::sim;

namespace commands = cluster::commands;

namespace {

constexpr node_id sender{1};
constexpr node_id owner{2};
constexpr std::uint64_t first_ownership = 100;
constexpr std::uint64_t second_ownership = 200;

/// The link of an edge's node with an owner of ownership 100, which begins anew with 200.
class checked_edge {
 public:
  checked_edge() {
    check_.owner_began(owner, first_ownership);
    send(first_ownership, 1, commands::join{});
    send(first_ownership, 2, commands::push{});
  }
  void begin_anew() { check_.owner_began(owner, second_ownership); }
  void break_link() { ++incarnation_; }
  void send(std::uint64_t ownership, std::uint64_t number, decltype(cluster::command::body) body) {
    const cluster::command command{
        topic{"room:1"}, ownership, {{sender, 7}, number, connection_id{5}}, 0, std::move(body)};
    cluster::wire::byte_writer out;
    REQUIRE(cluster::wire::encode(command, out));
    check_.sent({sender, owner, incarnation_, 1, ++frames_, {out.take()}});
  }
  std::string_view broken() const { return found_.name(); }

 private:
  promises::findings found_;
  attach_check check_{found_};
  std::uint64_t incarnation_ = 1;
  std::uint64_t frames_ = 0;
};

}  // namespace

TEST_CASE("a push to a new owner before the attach is found") {
  checked_edge edge;
  edge.begin_anew();
  CHECK(edge.broken() == "nothing");
  edge.send(second_ownership, 3, commands::push{});
  CHECK(edge.broken() == "push_order");
}

TEST_CASE("a push may go to a new owner behind an attach or a join") {
  checked_edge edge;
  edge.begin_anew();
  SECTION("an attach") { edge.send(second_ownership, 0, commands::attach{}); }
  SECTION("a join") { edge.send(second_ownership, 3, commands::join{}); }
  edge.send(second_ownership, 4, commands::push{});
  CHECK(edge.broken() == "nothing");
}

TEST_CASE("a push that names the former owner is no violation") {
  checked_edge edge;
  edge.begin_anew();
  edge.send(first_ownership, 3, commands::push{});
  CHECK(edge.broken() == "nothing");
}

TEST_CASE("a link that has broken since the owner began may have lost the attach") {
  checked_edge edge;
  edge.begin_anew();
  edge.break_link();
  edge.send(second_ownership, 3, commands::push{});
  CHECK(edge.broken() == "nothing");
}
