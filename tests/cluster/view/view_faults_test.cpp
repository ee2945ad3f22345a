// SPDX-License-Identifier: Apache-2.0
// The list of faults that tests can inject into the view and the links of a node.
#include "cluster/view/view_faults.hpp"

#include <set>
#include <string_view>

#include "tests/fixtures/catch.hpp"

using namespace roost::cluster;

TEST_CASE("every fault of a view can be injected by its own name") {
  std::set<std::string_view> names;
  for (const auto& [name, fault] : view_faults_by_name) {
    names.insert(name);
    view_faults faults;
    CHECK(inject_fault(name, faults));
    CHECK(faults.*fault);
  }
  CHECK(names.size() == sizeof(view_faults));  // each is one bool
  view_faults none;
  CHECK_FALSE(inject_fault("no_such_fault", none));
}
