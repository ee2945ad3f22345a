// SPDX-License-Identifier: Apache-2.0
// Interface between HTTP and the server API: parsed requests and their handler.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "net/protocol/message.hpp"

namespace roost::net {
class loop;
}

namespace roost::net::http {

enum class api_route : std::uint8_t {
  publish,
  broadcast,
  rooms,
  room,
  presence,
  history,
  user,
  disconnect,
  revoke,
};

inline constexpr std::array<std::string_view, 9> api_route_names{
    "publish", "broadcast", "rooms", "room", "presence", "history", "user", "disconnect", "revoke"};

inline std::string_view name_of(api_route route) {
  return api_route_names[static_cast<std::size_t>(route)];
}

/// Whether the route changes state and uses POST; the others are read-only and use GET.
inline bool is_change(api_route route) {
  return route == api_route::publish || route == api_route::broadcast ||
         route == api_route::disconnect || route == api_route::revoke;
}

/// A parsed and validated request. Each field names the routes that use it.
struct api_request {
  static constexpr std::size_t topics_max = 100;
  static constexpr std::uint32_t limit_default = 100;
  static constexpr std::uint32_t limit_max = 1'000;

  api_route route = api_route::rooms;
  std::vector<topic> topics = {};       ///< publish, room, presence, history: one; broadcast: any
  std::string event = {};               ///< publish, broadcast
  slice payload = {};                   ///< publish, broadcast: text of a JSON object
  std::string idempotency_key = {};     ///< publish, broadcast: Idempotency-Key; empty: none
  std::string match = "*";              ///< rooms
  std::string after = {};               ///< rooms: list the topics after this one
  std::uint32_t limit = limit_default;  ///< rooms, history
  std::optional<position> since = {};   ///< history
  std::string user = {};                ///< user, disconnect, revoke
  std::string token_id = {};            ///< revoke, instead of user
  std::optional<std::int64_t> until_s = {};  ///< revoke: Unix time
};

/// The response body as JSON, or the error.
using api_result = result<std::string>;

/// Executes API requests; the actors implement it. Runs on: any loop.
class api_handler {
 public:
  using completion = std::function<void(api_result)>;
  virtual ~api_handler() = default;
  /// Calls `done` on the loop `caller` in a later iteration, at most once; never if the node stops
  /// first.
  virtual void execute(api_request request, loop& caller, completion done) = 0;
  /// Timeout of the result. After it, a change fails with unknown_outcome, a query with
  /// unavailable.
  virtual std::chrono::milliseconds result_timeout() const { return std::chrono::seconds{10}; }
};

}  // namespace roost::net::http
