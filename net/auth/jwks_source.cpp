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
  is_asking_ = true;
  asked_ = now;
  return etag_;
}

jwks_report jwks_source::finish(const jwks_answer& answer, time_point now) {
  is_asking_ = false;
  const auto taken = take(answer);
  if (taken) {
    retry_ = milliseconds{0};
    due_ = now + timing_.refresh;
  } else {
    retry_ = std::clamp(retry_ * 2, timing_.retry_min, timing_.retry_max);
    due_ = now + retry_;
  }
  if (std::exchange(is_wanted_, false)) come_early(now);
  if (std::exchange(is_ordered_, false)) due_ = now;
  if (taken) return *taken;
  return {false, false, keys_ ? keys_->size() : 0, 0, taken.failure().detail};
}

result<jwks_report> jwks_source::take(const jwks_answer& answer) {
  if (answer.status == 0) return refuse(answer.why);
  if (answer.status == http_not_modified && keys_) {
    return jwks_report{true, false, keys_->size(), 0, {}};
  }
  if (answer.status != http_ok) return refuse("status " + std::to_string(answer.status));
  auto read = read_jwks(answer.body);
  if (!read) return refuse(read.failure().detail);
  keys_ = std::make_shared<const key_set>(std::move(read->keys));
  etag_ = answer.etag.size() <= etag_bytes_max ? answer.etag : "";
  return jwks_report{true, true, keys_->size(), read->skipped, {}};
}

void jwks_source::key_was_unknown(time_point now) {
  if (is_asking_) {
    is_wanted_ = true;
  } else {
    come_early(now);
  }
}

void jwks_source::ask_now(time_point now) {
  if (is_asking_) {
    is_ordered_ = true;
  } else {
    due_ = std::min(due_, now);
  }
}

void jwks_source::come_early(time_point now) {
  // The first fetch has not started; it is due already.
  if (asked_ == time_point::min()) return;
  due_ = std::min(due_, std::max(now, asked_ + timing_.early_min));
}

}  // namespace roost::net::auth
