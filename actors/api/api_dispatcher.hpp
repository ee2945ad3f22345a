// SPDX-License-Identifier: Apache-2.0
// Passes the API requests of the admin port to the API actor.
#pragma once

#include <caf/send.hpp>
#include <utility>

#include "actors/api/api_actor.hpp"

namespace roost::actors {

/// The API handler of net/http. Owns: nothing. Runs on: any loop. Ends: after the loops have
/// stopped.
class api_dispatcher final : public net::http::api_handler {
 public:
  explicit api_dispatcher(const caf::actor& api) : api_(api) {}
  void execute(net::http::api_request request, net::loop& caller, completion done) override {
    caf::anon_send(api_, api_submission{std::move(request), &caller, std::move(done)});
  }

 private:
  const caf::actor& api_;
};

}  // namespace roost::actors
