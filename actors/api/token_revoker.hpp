// Who takes back what tokens allow; the API asks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/base/error.hpp"

namespace roost::actors {

/// Runs on: the API's loop. Ends: after the actors.
class token_revoker {
 public:
  struct order {
    std::string user = {};                     ///< tokens issued to it before now
    std::string token_id = {};                 ///< where there is no user
    std::optional<std::int64_t> until_s = {};  ///< forgotten then; none: after 24 h
  };
  virtual ~token_revoker() = default;
  /// How many connections here end for it. Fails with bad_request where it is over already.
  virtual result<std::size_t> revoke(const order& what) = 0;
};

}  // namespace roost::actors
