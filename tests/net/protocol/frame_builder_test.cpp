// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/frame_builder.hpp"

#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost::net;

TEST_CASE("a frame has the shortest header for its size and no spare byte") {
  const auto size = GENERATE(0U, 1U, 125U, 126U, 65'535U, 65'536U, 300'000U);
  const std::string body(size, 'x');
  frame_builder frame;
  const auto seen = wire::open_frame(frame.raw(body).binary());
  CHECK(seen.opcode == 2);
  CHECK(seen.payload == body);
}

TEST_CASE("the parts of a frame keep the order in which they were added") {
  const ref none;
  const ref seven{"7"};
  frame_builder frame;
  frame.raw("[").json(none).raw(",").json(seven).raw(",").quoted("a").raw(",");
  frame.quoted("b\"").raw(",").name({"{}", true}).raw(",").name({"{}", false});
  frame.raw_owned(std::string(100, ' ')).raw("]");
  CHECK(wire::text_of(frame.text()) ==
        R"([null,7,"a","b\"",{},"{}")" + std::string(100, ' ') + "]");
}

TEST_CASE("each built frame is counted once on its thread") {
  const auto before = frame_builder::built_by_this_thread();
  frame_builder frame;
  frame.raw("x");
  CHECK(frame_builder::built_by_this_thread() == before);
  frame.text();
  CHECK(frame_builder::built_by_this_thread() == before + 1);
}
