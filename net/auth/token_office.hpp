// What a node knows of tokens: the keys, what was revoked, and whose a token is.
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
#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/auth/claims.hpp"
#include "net/auth/jwks_file.hpp"
#include "net/auth/jwks_source.hpp"
#include "net/auth/key_ring.hpp"
#include "net/auth/revocations.hpp"

namespace roost::net::auth {

class jwks_fetcher;

/// Who holds a token; shared by all who ask.
using claims_ptr = std::shared_ptr<const token_claims>;

/// The value that the metric auth_results counts a refusal under.
std::string_view outcome_of(const error& why);

struct office_options {
  milliseconds poll{2'000};  ///< how often the file of keys is looked at
  jwks_timing timing = {};
};

/// Owns: the keys of the settings, of auth.jwks_file and of auth.jwks_url, what is revoked, and the
/// threads that look at the file and the address. Runs on: any thread, except where said.
/// Ends: after all who ask it.
class token_office {
 public:
  token_office(const live_settings& config, metrics& probe, office_options options = {});
  token_office(const token_office&) = delete;
  token_office& operator=(const token_office&) = delete;
  ~token_office();

  /// Whose `token` is, at `now_ms` of Unix time; with a `user` it must be theirs. Fails with
  /// bad_token, token_expired, revoked, or unauthorized for somebody else's.
  result<claims_ptr> check(std::string_view token, std::int64_t now_ms, std::string_view user = {});
  /// Refuses these tokens from now on, and has the connections that use them end. False: it is over
  /// already, or names nobody.
  bool revoke(const revocation& what, std::int64_t now_ms);
  bool is_revoked(const token_claims& token, std::int64_t now_ms) const;
  /// Hears of each revocation on the thread that revokes. Set it while nobody does.
  void on_revoked(std::function<void(const revocation&)> told) { told_ = std::move(told); }

  /// Reads the keys anew that the settings name now. What cannot be read leaves the keys as they
  /// were, also those of the file or the address that was named before. One thread at a time.
  void reload();
  /// Until the first answer of auth.jwks_url, good or bad, or until `most` has passed: who starts
  /// should know the keys before clients come.
  void await_first_fetch(milliseconds most);

 private:
  result<claims_ptr> judge(std::string_view token, std::int64_t now_ms, std::string_view user);
  void take_secret(const std::string& secret);
  void take_file(const std::string& path);
  void take_address(const std::string& address);
  void look_at_file();
  void watch_file();
  void fetched(const jwks_report& report, const std::shared_ptr<const key_set>& keys);
  void end_fetcher();
  void put_public(key_origin from, std::shared_ptr<const key_set> keys);

  const live_settings& config_;
  metrics& probe_;
  const office_options options_;
  key_ring ring_;
  std::function<void(const revocation&)> told_;

  mutable std::shared_mutex revoked_lock_;
  revocations revoked_;                   ///< under revoked_lock_
  std::atomic<bool> any_revoked_{false};  ///< most nodes never revoke: then nobody locks

  std::mutex put_lock_;
  std::vector<algorithm> crowded_;  ///< under put_lock_: what was warned of

  std::mutex file_lock_;
  std::condition_variable file_changed_;
  std::string file_path_;          ///< under file_lock_, as is the rest of the file's
  std::optional<jwks_file> file_;  ///< none: not configured
  bool is_ended_ = false;
  std::thread watcher_;  ///< runs once there was a file

  std::string address_;  ///< reload() only
  std::mutex fetcher_lock_;
  std::condition_variable first_fetch_;
  bool has_answer_ = false;                ///< under fetcher_lock_
  std::unique_ptr<jwks_fetcher> fetcher_;  ///< under fetcher_lock_
};

}  // namespace roost::net::auth
