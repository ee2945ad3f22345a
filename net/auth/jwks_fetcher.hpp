// SPDX-License-Identifier: Apache-2.0
// Background thread that fetches a JWK Set at once and refreshes it periodically.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "net/auth/jwks_source.hpp"
#include "net/auth/jwks_transport.hpp"

namespace roost::net::auth {

/// Drives a jwks_source with a jwks_transport on a thread of its own.
/// Owns: that thread. Runs on: any thread may call. Ends: with its destructor, which cancels a
/// running fetch and joins the thread.
class jwks_fetcher {
 public:
  /// Called after each fetch on the fetcher's thread, with the current keys (null: none so far).
  using listener =
      std::function<void(const jwks_report&, const std::shared_ptr<const key_set>& keys)>;

  /// Starts the first fetch at once; jwks_source schedules the following ones.
  jwks_fetcher(std::unique_ptr<jwks_transport> transport, listener on_report,
               jwks_timing timing = {});
  jwks_fetcher(const jwks_fetcher&) = delete;
  jwks_fetcher& operator=(const jwks_fetcher&) = delete;
  ~jwks_fetcher();

  /// Like the functions of jwks_source. Any thread.
  void key_was_unknown();
  void fetch_now();

 private:
  void run();
  void fetch(std::unique_lock<std::mutex>& held);

  std::unique_ptr<jwks_transport> transport_;
  listener on_report_;
  std::mutex lock_;
  std::condition_variable changed_;
  jwks_source source_;  ///< under lock_
  bool is_ended_ = false;
  std::thread thread_;
};

}  // namespace roost::net::auth
