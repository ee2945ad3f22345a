// SPDX-License-Identifier: Apache-2.0
#include "net/auth/name_lookup.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace roost::net::auth {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::atomic<int> threads{0};

/// Counts a resolver thread, from before its creation until its end.
class thread_slot {
 public:
  thread_slot() : is_free_(threads.fetch_add(1) < name_lookup::threads_max) {}
  thread_slot(const thread_slot&) = delete;
  thread_slot& operator=(const thread_slot&) = delete;
  ~thread_slot() { threads.fetch_sub(1); }
  bool is_free() const { return is_free_; }

 private:
  bool is_free_;
};

}  // namespace

int name_lookup::threads_running() { return threads; }

lookup_result resolve_by_system(const std::string& host, const std::string& port) {
  asio::io_context context;
  tcp::resolver resolver{context};
  lookup_result out;
  for (const auto& each : resolver.resolve(host, port, out.failed)) {
    out.found.push_back(each.endpoint());
  }
  return out;
}

/// State shared by the resolver thread and the name_lookup.
struct name_lookup::pending_lookup {
  pending_lookup(asio::io_context& context, listener callback) : on_result(std::move(callback)) {
    work.emplace(context.get_executor());
  }
  void finish(lookup_result found) {
    const std::lock_guard held{lock};
    if (!on_result) return;
    asio::post(work->get_executor(), [callback = std::exchange(on_result, {}),
                                      found = std::move(found)] { callback(found); });
    work.reset();
  }
  void cancel() {
    const std::lock_guard held{lock};
    on_result = {};
    work.reset();
  }

  std::mutex lock;
  listener on_result;  ///< under lock; null: cancelled or already posted
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;  ///< under lock
};

void name_lookup::start(const std::string& host, const std::string& port, listener on_result) {
  pending_ = std::make_shared<pending_lookup>(context_, std::move(on_result));
  auto slot = std::make_shared<thread_slot>();
  if (!slot->is_free()) return pending_->finish({asio::error::try_again, {}});
  try {
    std::thread{[pending = pending_, resolve = resolve_, host, port, slot] {
      pending->finish(resolve(host, port));
    }}.detach();
  } catch (const std::system_error&) {  // the system cannot create another thread
    pending_->finish({asio::error::try_again, {}});
  }
}

void name_lookup::cancel() {
  if (const auto pending = std::exchange(pending_, {})) pending->cancel();
}

}  // namespace roost::net::auth
