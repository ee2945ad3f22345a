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
class seat {
 public:
  seat() : is_free_(threads.fetch_add(1) < name_lookup::threads_max) {}
  seat(const seat&) = delete;
  seat& operator=(const seat&) = delete;
  ~seat() { threads.fetch_sub(1); }
  bool is_free() const { return is_free_; }

 private:
  bool is_free_;
};

}  // namespace

int name_lookup::threads_running() { return threads; }

lookup_answer resolve_by_system(const std::string& host, const std::string& port) {
  asio::io_context context;
  tcp::resolver resolver{context};
  lookup_answer out;
  for (const auto& each : resolver.resolve(host, port, out.failed)) {
    out.found.push_back(each.endpoint());
  }
  return out;
}

/// State shared by the resolver thread and the name_lookup.
struct name_lookup::question {
  question(asio::io_context& context, listener callback) : on_answer(std::move(callback)) {
    work.emplace(context.get_executor());
  }
  void answer(lookup_answer found) {
    const std::lock_guard held{lock};
    if (!on_answer) return;
    asio::post(work->get_executor(), [callback = std::exchange(on_answer, {}),
                                      found = std::move(found)] { callback(found); });
    work.reset();
  }
  void forget() {
    const std::lock_guard held{lock};
    on_answer = {};
    work.reset();
  }

  std::mutex lock;
  listener on_answer;  ///< under lock; null: cancelled or already posted
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;  ///< under lock
};

void name_lookup::start(const std::string& host, const std::string& port, listener on_answer) {
  question_ = std::make_shared<question>(context_, std::move(on_answer));
  auto mine = std::make_shared<seat>();
  if (!mine->is_free()) return question_->answer({asio::error::try_again, {}});
  try {
    std::thread{[asked = question_, resolve = resolve_, host, port, mine] {
      asked->answer(resolve(host, port));
    }}.detach();
  } catch (const std::system_error&) {  // the system cannot create another thread
    question_->answer({asio::error::try_again, {}});
  }
}

void name_lookup::cancel() {
  if (const auto asked = std::exchange(question_, {})) asked->forget();
}

}  // namespace roost::net::auth
