// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/message_builder.hpp"

#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost::net;

TEST_CASE("a built message is its payload and its kind without a byte of a transport") {
  const auto size = GENERATE(0U, 1U, 125U, 126U, 65'535U, 65'536U, 300'000U);
  const std::string body(size, 'x');
  message_builder message;
  const auto built = message.raw(body).binary();
  CHECK(built.kind() == encoded_kind::binary);
  CHECK(built->view() == body);
  CHECK(message.text().kind() == encoded_kind::text);
}

TEST_CASE("the parts of a message keep the order in which they were added") {
  const ref none;
  const ref seven{"7"};
  message_builder message;
  message.raw("[").json(none).raw(",").json(seven).raw(",").quoted("a").raw(",");
  message.quoted("b\"").raw(",").name({"{}", true}).raw(",").name({"{}", false});
  message.raw_owned(std::string(100, ' ')).raw("]");
  CHECK(wire::text_of(message.text()) ==
        R"([null,7,"a","b\"",{},"{}")" + std::string(100, ' ') + "]");
}

TEST_CASE("each built message is counted once on its thread") {
  const auto before = message_builder::built_by_this_thread();
  message_builder message;
  message.raw("x");
  CHECK(message_builder::built_by_this_thread() == before);
  message.text();
  CHECK(message_builder::built_by_this_thread() == before + 1);
}
