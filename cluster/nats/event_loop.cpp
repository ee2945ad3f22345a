// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace roost::cluster {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using descriptor = asio::posix::stream_descriptor;

/// More than this waits in the program, where it is bounded and can be refused.
constexpr int kernel_unsent_bytes_max = 128 * 1024;

class asio_watch final : public socket_watch {
 public:
  asio_watch(asio::io_context& loop, int socket)
      : socket_(std::make_shared<descriptor>(loop, socket)) {
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kernel_unsent_bytes_max,
                 sizeof kernel_unsent_bytes_max);
  }
  asio_watch(const asio_watch&) = delete;
  asio_watch& operator=(const asio_watch&) = delete;
  ~asio_watch() override {
    error_code ignored;
    socket_->close(ignored);
  }
  void wait_readable(std::function<void()> ready) override {
    wait(descriptor::wait_read, std::move(ready));
  }
  void wait_writable(std::function<void()> ready) override {
    wait(descriptor::wait_write, std::move(ready));
  }

 private:
  void wait(descriptor::wait_type direction, std::function<void()> ready) {
    // The handler may already be queued when the watch ends, and then it gets no error.
    socket_->async_wait(direction, [weak = std::weak_ptr(socket_),
                                    ready = std::move(ready)](const error_code& failure) {
      if (!failure && !weak.expired()) ready();
    });
  }
  std::shared_ptr<descriptor> socket_;
};

}  // namespace

struct event_loop::reactor {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

event_loop::event_loop()
    : reactor_(std::make_unique<reactor>()), thread_([this] { reactor_->context.run(); }) {}

event_loop::~event_loop() {
  reactor_->context.stop();
  thread_.join();
}

void event_loop::post(std::function<void()> run) { asio::post(reactor_->context, std::move(run)); }

void event_loop::after(milliseconds delay, std::function<void()> run) {
  auto timer = std::make_shared<asio::steady_timer>(reactor_->context, delay);
  timer->async_wait([timer, run = std::move(run)](const error_code& failure) {
    if (!failure) run();
  });
}

bool event_loop::is_this_thread() const {
  return reactor_->context.get_executor().running_in_this_thread();
}

std::unique_ptr<socket_watch> event_loop::watch(int socket) {
  return std::make_unique<asio_watch>(reactor_->context, socket);
}

}  // namespace roost::cluster
