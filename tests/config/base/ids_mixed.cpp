// SPDX-License-Identifier: Apache-2.0
// Compiled by ctest, never linked: must compile without ROOST_MIXED, must not with 1 to 5.
#include "config/base/ids.hpp"

#ifndef ROOST_MIXED
#define ROOST_MIXED 0
#endif

namespace {

[[maybe_unused]] bool takes_offset(roost::offset at) { return at.value != 0; }
[[maybe_unused]] bool takes_topic(const roost::topic& name) { return !name.name.empty(); }

[[maybe_unused]] bool used() {
  roost::offset at{1};
  [[maybe_unused]] roost::epoch since{1};
#if ROOST_MIXED == 1
  return takes_offset(since);
#elif ROOST_MIXED == 2
  return takes_offset(7);
#elif ROOST_MIXED == 3
  return at == since;
#elif ROOST_MIXED == 4
  return takes_topic("room:1");
#elif ROOST_MIXED == 5
  at = roost::node_id{1};
  return takes_offset(at);
#else
  return takes_offset(at) && takes_topic(roost::topic{"room:1"}) && at == roost::offset{1};
#endif
}

}  // namespace
