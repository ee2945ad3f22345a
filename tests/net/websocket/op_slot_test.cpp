#include "net/websocket/op_slot.hpp"

#include "tests/support/catch.hpp"

using roost::net::websocket::op_slot;
using roost::net::websocket::op_slot_allocator;

TEST_CASE("a slot holds one operation, and is free again when that ends") {
  op_slot slot;
  op_slot_allocator<char> source(slot);
  char* const first = source.allocate(op_slot::bytes);
  CHECK(slot.is_taken());
  char* const second = source.allocate(8);
  CHECK(second != first);
  source.deallocate(second, 8);
  CHECK(slot.is_taken());
  source.deallocate(first, op_slot::bytes);
  CHECK_FALSE(slot.is_taken());
  CHECK(source.allocate(8) == first);
}

TEST_CASE("what is larger than a slot comes from the heap") {
  op_slot slot;
  op_slot_allocator<char> source(slot);
  char* const large = source.allocate(op_slot::bytes + 1);
  CHECK_FALSE(slot.is_taken());
  source.deallocate(large, op_slot::bytes + 1);
}
