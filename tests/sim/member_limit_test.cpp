// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/member_limit.hpp"

#include <cstdint>
#include <deque>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::sim;
using promises::request_kind;

namespace {

/// A room of at most one member, and two clients whose joins it takes.
class room_of_one {
 public:
  room_of_one() {
    for (int i = 0; i < 2; ++i) {
      views_.emplace_back(i, "room:1", promises::room_terms{}, clock_, truth_, found_);
      views_.back().connected(1);
    }
  }
  void join(std::size_t client) {
    pass();
    views_[client].requested("1", {request_kind::join});
    pass();
    answer(client, "1", head_);
  }
  void push(std::size_t client) {
    pass();
    promises::request request{request_kind::push};
    request.number = 1;
    views_[client].requested("2", request);
    pass();
    answer(client, "2", ++head_);
  }
  void close(std::size_t client) {
    views_[client].received({"1", "1", "room:1", "phx_error", nlohmann::json::object(), {}});
    look();
  }
  void rest() {
    pass();
    for (const auto& each : views_) limit_.check_rest(each, clock_.now());
  }
  bool is_broken() const { return found_.first().has_value(); }

 private:
  void pass() {
    clock_.advance(milliseconds(10));
    look();
  }
  void look() {
    for (const auto& each : views_) limit_.look(each, clock_.now());
  }
  void answer(std::size_t client, const std::string& reference, std::uint64_t at) {
    views_[client].received({"1",
                             reference,
                             "room:1",
                             "phx_reply",
                             {{"status", "ok"}, {"response", {{"epoch", "e"}, {"offset", at}}}},
                             {}});
    look();
  }

  std::uint64_t head_ = 0;
  tests::virtual_time clock_;
  promises::findings found_;
  promises::room_truth truth_{"room:1", found_};
  std::deque<promises::member_view> views_;
  member_limit limit_{"room:1", 1, found_};
};

}  // namespace

TEST_CASE("a join besides the members of a full room is found once they are known to have stayed") {
  room_of_one room;
  room.join(0);
  room.join(1);
  CHECK_FALSE(room.is_broken());
  SECTION("because a later push is acknowledged") { room.push(0); }
  SECTION("because they are there at rest") { room.rest(); }
  CHECK(room.is_broken());
}

TEST_CASE("a join may take the place of a member that has left") {
  room_of_one room;
  room.join(0);
  room.push(0);
  room.close(0);
  room.join(1);
  room.push(1);
  room.rest();
  CHECK_FALSE(room.is_broken());
}
