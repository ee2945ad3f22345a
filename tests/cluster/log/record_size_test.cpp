// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/record_size.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

slice bytes_of(std::size_t size) { return slice::of(bytes_ptr::copy(std::string(size, 'x'))); }

}  // namespace

TEST_CASE("the estimate of a record's bytes grows with every part that a client fills") {
  log_record record;
  record.body = records::ordered{};
  const auto empty = encoded_size_max(record);
  CHECK(empty < 256);
  record.topic = topic{std::string(10, 't')};
  record.answers.push_back({1, kept::done{{bytes_of(1000)}}});
  record.answers.push_back({2, kept::refused{errc::none, {bytes_of(2000)}}});
  records::ordered event;
  event.name = "name";
  event.payload.data = bytes_of(10'000);
  event.user = "user";
  event.idempotency_key = std::string(100, 'k');
  record.body = event;
  const auto filled = encoded_size_max(record);
  CHECK(filled >= empty + 13'118);
  CHECK(filled <= empty + 13'118 + 256);
}

TEST_CASE("the estimate of receipts and of unknown records holds all of their bytes") {
  log_record record;
  record.body = records::receipts{{{std::string(50, 'u'), {"epoch", offset{1}}}, {"ann", {}}}};
  CHECK(encoded_size_max(record) >= 58);
  record.body = records::unknown{200, bytes_of(5000)};
  CHECK(encoded_size_max(record) >= 5000);
}
