// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_source.hpp"

#include <algorithm>
#include <utility>

namespace roost::net::auth {

namespace {

constexpr int http_ok = 200;
constexpr int http_not_modified = 304;
constexpr std::size_t etag_bytes_max = 256;

error refuse(std::string why) { return {errc::unavailable, std::move(why)}; }

}  // namespace

const std::string& jwks_source::begin(time_point now) {
  is_fetching_ = true;
  fetch_began_ = now;
  return etag_;
}

jwks_report jwks_source::finish(const jwks_response& response, time_point now) {
  is_fetching_ = false;
  const auto read_result = take(response);
  if (read_result) {
    retry_ = milliseconds{0};
    due_ = now + timing_.refresh;
  } else {
    retry_ = std::clamp(retry_ * 2, timing_.retry_min, timing_.retry_max);
    due_ = now + retry_;
  }
  if (std::exchange(wants_early_fetch_, false)) schedule_early_fetch(now);
  if (std::exchange(wants_fetch_now_, false)) due_ = now;
  if (read_result) return *read_result;
  return {false, false, keys_ ? keys_->size() : 0, 0, read_result.failure().detail};
}

result<jwks_report> jwks_source::take(const jwks_response& response) {
  if (response.status == 0) return refuse(response.why);
  if (response.status == http_not_modified && keys_) {
    return jwks_report{true, false, keys_->size(), 0, {}};
  }
  if (response.status != http_ok) return refuse("status " + std::to_string(response.status));
  auto read = read_jwks(response.body);
  if (!read) return refuse(read.failure().detail);
  keys_ = std::make_shared<const key_set>(std::move(read->keys));
  etag_ = response.etag.size() <= etag_bytes_max ? response.etag : "";
  return jwks_report{true, true, keys_->size(), read->skipped, {}};
}

void jwks_source::key_was_unknown(time_point now) {
  if (is_fetching_) {
    wants_early_fetch_ = true;
  } else {
    schedule_early_fetch(now);
  }
}

void jwks_source::fetch_now(time_point now) {
  if (is_fetching_) {
    wants_fetch_now_ = true;
  } else {
    due_ = std::min(due_, now);
  }
}

void jwks_source::schedule_early_fetch(time_point now) {
  // The first fetch has not started; it is due already.
  if (fetch_began_ == time_point::min()) return;
  due_ = std::min(due_, std::max(now, fetch_began_ + timing_.early_min));
}

}  // namespace roost::net::auth
