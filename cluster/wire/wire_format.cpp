// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/wire_format.hpp"

namespace roost::cluster::wire {

std::string_view name_of(wire_error why) {
  switch (why) {
    case wire_error::none:
      return "none";
    case wire_error::foreign:
      return "foreign";
    case wire_error::truncated:
      return "truncated";
    case wire_error::future:
      return "future";
    case wire_error::oversized:
      return "oversized";
    case wire_error::malformed:
      break;
  }
  return "malformed";
}

}  // namespace roost::cluster::wire
