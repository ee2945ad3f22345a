// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/wire_format.hpp"

#include <set>

#include "tests/fixtures/catch.hpp"

namespace roost::cluster::wire {
namespace {

TEST_CASE("each error of the wire has its own name") {
  std::set<std::string_view> names;
  for (const auto why : {wire_error::none, wire_error::foreign, wire_error::truncated,
                         wire_error::future, wire_error::oversized, wire_error::malformed}) {
    names.insert(name_of(why));
  }
  CHECK(names == std::set<std::string_view>{"none", "foreign", "truncated", "future", "oversized",
                                            "malformed"});
}

}  // namespace
}  // namespace roost::cluster::wire
