// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/link_check.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::sim;

namespace {

constexpr node_id a{1};
constexpr node_id b{2};

/// The ends of a link have the incarnations 10 (of a) and 20 (of b).
class checked_link {
 public:
  void takes(std::uint64_t number, std::uint64_t incarnation = 10) {
    check_.taken(link_check::header_of({a, b, incarnation, 20, number, {}}));
  }
  void answers(std::uint64_t incarnation = 20, std::uint64_t peer_incarnation = 10) {
    check_.sent({b, a, incarnation, peer_incarnation, 1});
  }
  std::string_view broken() const { return found_.name(); }

 private:
  promises::findings found_;
  link_check check_{found_};
};

}  // namespace

TEST_CASE("a link that goes on behind a lost frame is found") {
  checked_link link;
  link.takes(1);
  link.takes(3);
  link.answers();
  CHECK(link.broken() == "no_gap");
}

TEST_CASE("a link of which the first frame was lost is found") {
  checked_link link;
  link.takes(2);
  link.answers();
  CHECK(link.broken() == "no_gap");
}

TEST_CASE("a frame that comes late does not close a gap") {
  checked_link link;
  link.takes(2);
  link.takes(1);
  link.takes(2);
  link.answers();
  CHECK(link.broken() == "no_gap");
}

TEST_CASE("a new incarnation may begin behind a lost frame") {
  checked_link link;
  link.takes(3);
  SECTION("of the receiver") { link.answers(21); }
  SECTION("of the sender") { link.answers(20, 11); }
  SECTION("of the sender, as the receiver has heard") {
    link.takes(1, 11);
    link.answers(20, 11);
  }
  CHECK(link.broken() == "nothing");
}

TEST_CASE("a link without a lost frame goes on") {
  checked_link link;
  link.takes(0);
  link.takes(1);
  link.takes(1);
  link.takes(2);
  link.answers();
  CHECK(link.broken() == "nothing");
}
