// SPDX-License-Identifier: Apache-2.0
// Verifies tokens for the whole node: manages keys and revocations.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "config/base/clock.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/auth/claims.hpp"
#include "net/auth/jwks_file.hpp"
#include "net/auth/jwks_source.hpp"
#include "net/auth/key_ring.hpp"
#include "net/auth/revocations.hpp"

namespace roost::net::auth {

class jwks_fetcher;

/// The claims of a valid token, shared and immutable.
using claims_ptr = std::shared_ptr<const token_claims>;

/// The label of this refusal in the metric auth_results.
std::string_view auth_result_label(const error& why);

struct token_verifier_options {
  milliseconds poll{2'000};  ///< interval of checks of the key file
  jwks_timing timing = {};
};

/// The token check of a node. Owns: the keys from the settings, auth.jwks_file and auth.jwks_url,
/// the revocations, and the threads that poll the file and fetch the address. Runs on: any thread,
/// except where noted. Ends: after all its callers.
class token_verifier {
 public:
  token_verifier(const settings_store& config, metrics& probe, token_verifier_options options = {});
  token_verifier(const token_verifier&) = delete;
  token_verifier& operator=(const token_verifier&) = delete;
  ~token_verifier();

  /// Verifies `token` at `now_ms` (Unix time) and returns its claims. Fails with bad_token,
  /// token_expired, revoked, or, if `user` is not empty and differs from sub, unauthorized.
  result<claims_ptr> check(std::string_view token, std::int64_t now_ms, std::string_view user = {});
  /// Refuses the revoked tokens from now on and calls the on_revoked() callback, which ends their
  /// connections. Returns false if revocations::add() does: expired, invalid id, or evicted.
  bool revoke(const revocation& revocation, std::int64_t now_ms);
  bool is_revoked(const token_claims& token, std::int64_t now_ms) const;
  /// Sets the callback that revoke() calls on its thread. Not thread-safe: do not call it while
  /// revoke() may run.
  void on_revoked(std::function<void(const revocation&)> callback) {
    on_revoked_ = std::move(callback);
  }

  /// Reloads the keys that the settings now name. If a source cannot be read, its previous keys
  /// stay in use, even those of a different file or address. One thread at a time.
  void reload();
  /// Blocks until the first fetch of auth.jwks_url has succeeded or failed, at most for `timeout`,
  /// so that a starting node has its keys before it accepts clients.
  void await_first_fetch(milliseconds timeout);

 private:
  result<claims_ptr> verify(std::string_view token, std::int64_t now_ms, std::string_view user);
  void load_secret(const std::string& secret);
  void load_file(const std::string& path);
  void load_address(const std::string& address);
  void poll_file();
  void watch_file();
  void fetched(const jwks_report& report, const std::shared_ptr<const key_set>& keys);
  void end_fetcher();
  void put_public(key_origin from, std::shared_ptr<const key_set> keys);

  const settings_store& config_;
  metrics& probe_;
  const token_verifier_options options_;
  key_ring keys_;
  std::function<void(const revocation&)> on_revoked_;

  mutable std::shared_mutex revoked_lock_;
  revocations revoked_;                   ///< under revoked_lock_
  std::atomic<bool> any_revoked_{false};  ///< avoids the lock on nodes that never revoke

  std::mutex put_lock_;
  std::vector<algorithm> crowded_;  ///< under put_lock_; algorithms already warned about

  std::mutex file_lock_;
  std::condition_variable file_changed_;
  std::string file_path_;          ///< under file_lock_
  std::optional<jwks_file> file_;  ///< under file_lock_; nullopt: not configured
  bool is_ended_ = false;          ///< under file_lock_
  std::thread watcher_;            ///< polls the file; started when a file is first configured

  std::string address_;  ///< used by reload() only
  std::mutex fetcher_lock_;
  std::condition_variable first_fetch_;
  bool has_fetched_ = false;               ///< under fetcher_lock_
  std::unique_ptr<jwks_fetcher> fetcher_;  ///< under fetcher_lock_
};

}  // namespace roost::net::auth
