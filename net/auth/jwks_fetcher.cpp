// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_fetcher.hpp"

#include <utility>

namespace roost::net::auth {

namespace {

time_point now() { return time_point::clock::now(); }

}  // namespace

jwks_fetcher::jwks_fetcher(std::unique_ptr<jwks_transport> transport, listener on_report,
                           jwks_timing timing)
    : transport_(std::move(transport)),
      on_report_(std::move(on_report)),
      source_(timing),
      thread_([this] { run(); }) {}

jwks_fetcher::~jwks_fetcher() {
  {
    const std::lock_guard held{lock_};
    is_ended_ = true;
  }
  transport_->cancel();
  changed_.notify_all();
  thread_.join();
}

void jwks_fetcher::key_was_unknown() {
  const std::lock_guard held{lock_};
  const auto before = source_.due();
  source_.key_was_unknown(now());
  if (source_.due() != before) changed_.notify_all();
}

void jwks_fetcher::fetch_now() {
  const std::lock_guard held{lock_};
  source_.fetch_now(now());
  changed_.notify_all();
}

void jwks_fetcher::run() {
  std::unique_lock held{lock_};
  while (!is_ended_) {
    // The first due() is time_point::min(), which overflows in some implementations of wait_until.
    if (source_.due() <= now()) {
      fetch(held);
    } else {
      changed_.wait_until(held, source_.due());
    }
  }
}

void jwks_fetcher::fetch(std::unique_lock<std::mutex>& held) {
  const auto etag = source_.begin(now());
  held.unlock();
  const auto response = transport_->get(etag);
  held.lock();
  if (is_ended_) return;
  const auto report = source_.finish(response, now());
  const auto keys = source_.keys();
  held.unlock();
  on_report_(report, keys);
  held.lock();
}

}  // namespace roost::net::auth
