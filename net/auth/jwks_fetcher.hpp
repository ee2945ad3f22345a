// Keeps the keys of a JWKS address fresh in the background.
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

/// Owns: one thread, which does nothing but fetch. Runs on: any thread may call. Ends: with its
/// destructor, which stops a fetch that is under way.
class jwks_fetcher {
 public:
  /// Hears of each answer, on the fetcher's thread, with the keys that count now (null: none yet).
  using listener =
      std::function<void(const jwks_report&, const std::shared_ptr<const key_set>& keys)>;

  /// Fetches at once, and then as jwks_source says.
  jwks_fetcher(std::unique_ptr<jwks_transport> transport, listener told, jwks_timing timing = {});
  jwks_fetcher(const jwks_fetcher&) = delete;
  jwks_fetcher& operator=(const jwks_fetcher&) = delete;
  ~jwks_fetcher();

  /// See jwks_source.
  void key_was_unknown();
  void ask_now();

 private:
  void run();
  void fetch(std::unique_lock<std::mutex>& held);

  std::unique_ptr<jwks_transport> transport_;
  listener told_;
  std::mutex lock_;
  std::condition_variable changed_;
  jwks_source source_;  ///< under lock_
  bool is_ended_ = false;
  std::thread thread_;
};

}  // namespace roost::net::auth
