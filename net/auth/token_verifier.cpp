// SPDX-License-Identifier: Apache-2.0
#include "net/auth/token_verifier.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/auth/jwks_fetcher.hpp"
#include "net/auth/jwt.hpp"
#include "net/http/client/http_url.hpp"

namespace roost::net::auth {

namespace {

struct result_label {
  std::string_view detail;  ///< exact text, or a prefix if it ends with '_'
  std::string_view label;
};

// The first matching row counts; a detail without a row counts as "malformed".
constexpr std::array result_labels{
    result_label{"alg", "algorithm"},           result_label{"alg_of_another_key", "algorithm"},
    result_label{"crit", "algorithm"},          result_label{unknown_key, "unknown_key"},
    result_label{"bad_signature", "signature"}, result_label{"expired", "expired"},
    result_label{"not_yet_valid", "not_yet"},   result_label{"other_issuer", "issuer"},
    result_label{"other_audience", "audience"}, result_label{"claim_", "claims"},
    result_label{"other_subject", "subject"},   result_label{"revoked", "revoked"},
};

bool fits(const result_label& row, std::string_view detail) {
  return row.detail.ends_with('_') ? detail.starts_with(row.detail) : detail == row.detail;
}

}  // namespace

std::string_view auth_result_label(const error& why) {
  const auto found =
      std::ranges::find_if(result_labels, [&](const auto& row) { return fits(row, why.detail); });
  return found == result_labels.end() ? "malformed" : found->label;
}

token_verifier::token_verifier(const settings_store& config, metrics& probe,
                               token_verifier_options options)
    : config_(config), probe_(probe), options_(options) {
  reload();
}

token_verifier::~token_verifier() {
  {
    const std::lock_guard held{file_lock_};
    is_ended_ = true;
  }
  file_changed_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  end_fetcher();
}

result<claims_ptr> token_verifier::check(std::string_view token, std::int64_t now_ms,
                                         std::string_view user) {
  auto out = verify(token, now_ms, user);
  probe_.add(metrics::counter::auth_results, out ? "ok" : auth_result_label(out.failure()));
  if (!out && out.failure().detail == unknown_key) {
    const std::lock_guard held{fetcher_lock_};
    if (fetcher_) fetcher_->key_was_unknown();
  }
  return out;
}

result<claims_ptr> token_verifier::verify(std::string_view token, std::int64_t now_ms,
                                          std::string_view user) {
  const auto& auth = config_->auth;
  const auto keys = keys_.current();
  const claim_requirements demands{auth.issuer, auth.audience, auth.leeway_ms};
  auto claims = verify_token(token, *keys, demands, now_ms);
  if (!claims) return claims.failure();
  if (!user.empty() && claims->user != user) return error{errc::unauthorized, "other_subject"};
  if (is_revoked(*claims, now_ms)) return error{errc::revoked, "revoked"};
  return claims_ptr{std::make_shared<const token_claims>(std::move(*claims))};
}

bool token_verifier::revoke(const revocation& revocation, std::int64_t now_ms) {
  {
    const std::lock_guard held{revoked_lock_};
    if (!revoked_.add(revocation, now_ms)) return false;
    any_revoked_ = true;
  }
  const bool is_user = revocation.kind == revocation_kind::user;
  probe_.add(metrics::counter::revocations, is_user ? "user" : "token");
  log::info("revoked", {{"by", is_user ? "user" : "token"}, {"id", revocation.id}});
  if (on_revoked_) on_revoked_(revocation);
  return true;
}

bool token_verifier::is_revoked(const token_claims& token, std::int64_t now_ms) const {
  if (!any_revoked_) return false;
  const std::shared_lock held{revoked_lock_};
  return revoked_.is_revoked(token, now_ms);
}

void token_verifier::reload() {
  const auto auth = config_->auth;
  load_secret(auth.hs256_secret);
  load_file(auth.jwks_file);
  load_address(auth.jwks_url);
}

void token_verifier::load_secret(const std::string& secret) {
  if (secret.empty()) return keys_.put(key_origin::settings, nullptr);
  auto key = verify_key::from_secret(secret);
  if (!key) return log::error("hs256_secret_refused", {{"why", key.failure().detail}});
  auto keys = std::make_shared<key_set>();
  keys->add("", std::move(*key));
  keys_.put(key_origin::settings, std::move(keys));
}

void token_verifier::load_file(const std::string& path) {
  const std::lock_guard held{file_lock_};
  if (path != file_path_) {
    file_path_ = path;
    file_.reset();
    if (path.empty()) return keys_.put(key_origin::file, nullptr);
    file_.emplace(path);  // the previous file's keys stay until this file gives good keys
  }
  if (!file_) return;
  poll_file();
  if (!watcher_.joinable()) watcher_ = std::thread{[this] { watch_file(); }};
}

void token_verifier::poll_file() {
  const auto polled = file_->poll();
  if (!polled) {
    return log::warning("jwks_file_refused",
                        {{"file", file_path_}, {"why", polled.failure().detail}});
  }
  if (!*polled) return;
  put_public(key_origin::file, file_->keys());
  log::info("jwks_file_read", {{"file", file_path_}, {"keys", file_->keys()->size()}});
}

void token_verifier::watch_file() {
  std::unique_lock held{file_lock_};
  while (!file_changed_.wait_for(held, options_.poll, [this] { return is_ended_; })) {
    if (file_) poll_file();
  }
}

void token_verifier::load_address(const std::string& address) {
  if (address == address_) {
    const std::lock_guard held{fetcher_lock_};
    if (fetcher_) fetcher_->fetch_now();  // a reload expects the current keys
    return;
  }
  if (address.empty()) {
    end_fetcher();
    address_.clear();
    return keys_.put(key_origin::url, nullptr);
  }
  if (!http::is_http_url(address)) {
    return log::error("jwks_url_refused", {{"why", "is not an http or https URL"}});
  }
  // The previous address's keys stay until this address gives good keys.
  end_fetcher();
  address_ = address;
  const std::lock_guard held{fetcher_lock_};
  has_fetched_ = false;
  fetcher_ = std::make_unique<jwks_fetcher>(
      jwks_request(address),
      [this](const jwks_report& report, const std::shared_ptr<const key_set>& keys) {
        fetched(report, keys);
      },
      options_.timing);
}

void token_verifier::put_public(key_origin from, std::shared_ptr<const key_set> keys) {
  const std::lock_guard held{put_lock_};
  keys_.put(from, std::move(keys));
  // Warn once for each algorithm, not at each fetch.
  const auto former = std::exchange(crowded_, keys_.current()->crowded());
  for (const auto alg : crowded_) {
    if (std::ranges::find(former, alg) != former.end()) continue;
    log::warning("many_keys_of_one_algorithm",
                 {{"alg", name_of(alg)}, {"tried_without_kid", key_set::tries_max}});
  }
}

void token_verifier::end_fetcher() {
  std::unique_ptr<jwks_fetcher> former;
  {
    const std::lock_guard held{fetcher_lock_};
    former = std::move(fetcher_);
  }
  // Destroyed without the lock: the destructor joins the thread, which takes the lock in fetched().
}

void token_verifier::fetched(const jwks_report& report,
                             const std::shared_ptr<const key_set>& keys) {
  probe_.add(metrics::counter::jwks_fetches, report.is_good ? "ok" : "failed");
  if (!report.is_good) {
    log::warning("jwks_fetch_failed", {{"why", report.why}, {"keys", report.keys}});
  } else if (report.is_new) {
    put_public(key_origin::url, keys);
    log::info("jwks_fetched", {{"keys", report.keys}, {"skipped", report.skipped}});
  }
  {
    const std::lock_guard held{fetcher_lock_};
    has_fetched_ = true;
  }
  first_fetch_.notify_all();
}

void token_verifier::await_first_fetch(milliseconds timeout) {
  std::unique_lock held{fetcher_lock_};
  first_fetch_.wait_for(held, timeout, [this] { return !fetcher_ || has_fetched_; });
}

}  // namespace roost::net::auth
