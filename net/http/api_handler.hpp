// The server API as net/ sees it: what a request asks for, and who carries it out.
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

inline std::string_view name_of(api_route which) {
  return api_route_names[static_cast<std::size_t>(which)];
}

/// POST; the others are GET, and change nothing.
inline bool is_change(api_route which) {
  return which == api_route::publish || which == api_route::broadcast ||
         which == api_route::disconnect || which == api_route::revoke;
}

/// A request that is well formed; the names in it are checked.
struct api_request {
  static constexpr std::size_t topics_max = 100;
  static constexpr std::uint32_t limit_usual = 100;
  static constexpr std::uint32_t limit_max = 1'000;

  api_route what = api_route::rooms;
  std::vector<topic> topics = {};      ///< publish, room, presence, history: one; broadcast: some
  std::string event = {};              ///< publish, broadcast
  slice payload = {};                  ///< publish, broadcast: text of a JSON object
  std::string once = {};               ///< publish, broadcast: Idempotency-Key; empty: none
  std::string match = "*";             ///< rooms
  std::string after = {};              ///< rooms: a topic
  std::uint32_t limit = limit_usual;   ///< rooms, history
  std::optional<position> since = {};  ///< history
  std::string user = {};               ///< user, disconnect, revoke
  std::string token_id = {};           ///< revoke, where there is no user
  std::optional<std::int64_t> until_s = {};  ///< revoke: Unix time
};

/// The JSON of the answer, or why there is none.
using api_result = result<std::string>;

/// Carries requests out. Runs on: any loop.
class api_handler {
 public:
  using completion = std::function<void(api_result)>;
  virtual ~api_handler() = default;
  /// Calls `done` on `asker` in a later turn, at most once; never where the node ends first.
  virtual void ask(api_request what, loop& asker, completion done) = 0;
  /// How long an answer is waited for; then it is 503.
  virtual std::chrono::milliseconds patience() const { return std::chrono::seconds{10}; }
};

}  // namespace roost::net::http
