#include "net/transport/session_table.hpp"

#include "tests/support/catch.hpp"

namespace {

using namespace roost;

struct fake_session final : net::session {
  explicit fake_session(connection_id id) : session(id) {}
  bool send(const net::frame_ptr&, net::flush_class) override { return true; }
  void close(errc) override {}
  void answered(std::uint32_t) override {}
  void took_more(std::uint32_t) override {}
  bool is_open() const override { return true; }
  std::size_t queued_bytes() const override { return 0; }
  bool make_room(std::size_t, std::size_t) override { return false; }
  void want_writable(std::size_t) override {}
};

}  // namespace

TEST_CASE("a session is found by its id until it is removed") {
  net::session_table table(loop_id{3});
  const net::session_ptr one(new fake_session(table.next_id()));
  const net::session_ptr two(new fake_session(table.next_id()));
  CHECK(one->id() != two->id());
  CHECK(loop_of(one->id()) == loop_id{3});
  table.add(*one);
  table.add(*two);
  CHECK(table.find(one->id()) == one.get());
  CHECK(table.all().size() == 2);
  table.remove(one->id());
  CHECK(table.find(one->id()) == nullptr);
  CHECK(table.size() == 1);
}
