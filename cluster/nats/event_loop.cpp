// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/event_loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

namespace roost::cluster {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using descriptor = asio::posix::stream_descriptor;

/// More than this waits in the program, where it is bounded and can be refused.
constexpr int kernel_unsent_bytes_max = 128 * 1024;

/// A greeting is about 500 bytes, and more if it names many servers.
constexpr std::size_t greeting_bytes_max = 64 * 1024;

/// Reads the first line of a peer. Owns: a connection to it. Runs on: the loop's thread. Ends:
/// after `done`, or after cancel().
class greeting_reader : public std::enable_shared_from_this<greeting_reader> {
 public:
  greeting_reader(asio::io_context& loop, std::function<void(std::string)> done)
      : socket_(loop), deadline_(loop), done_(std::move(done)) {}
  void start(const std::optional<tcp::endpoint>& peer, milliseconds timeout) {
    deadline_.expires_after(peer ? timeout : milliseconds{0});
    deadline_.async_wait([self = shared_from_this()](const error_code& failure) {
      if (!failure) self->end({});
    });
    if (!peer) return;
    socket_.async_connect(*peer, [self = shared_from_this()](const error_code& failure) {
      if (failure) return self->end({});
      self->read();
    });
  }
  void cancel() { stop(); }

 private:
  void read() {
    asio::async_read_until(
        socket_, asio::dynamic_buffer(text_, greeting_bytes_max), '\n',
        [self = shared_from_this()](const error_code& failure, std::size_t size) {
          self->end(failure ? std::string{} : self->text_.substr(0, size - 1));
        });
  }
  void end(std::string line) {
    if (const auto done = stop()) done(std::move(line));
  }
  /// Returns the callback, once.
  std::function<void(std::string)> stop() {
    error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
    return std::exchange(done_, nullptr);
  }

  tcp::socket socket_;
  asio::steady_timer deadline_;
  std::function<void(std::string)> done_;
  std::string text_;
};

class asio_watch final : public socket_watch {
 public:
  asio_watch(asio::io_context& loop, int socket)
      : loop_(loop), socket_(std::make_shared<descriptor>(loop, socket)) {
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kernel_unsent_bytes_max,
                 sizeof kernel_unsent_bytes_max);
  }
  asio_watch(const asio_watch&) = delete;
  asio_watch& operator=(const asio_watch&) = delete;
  ~asio_watch() override {
    if (reader_) reader_->cancel();
    error_code ignored;
    socket_->close(ignored);
  }
  void wait_readable(std::function<void()> ready) override {
    wait(descriptor::wait_read, std::move(ready));
  }
  void wait_writable(std::function<void()> ready) override {
    wait(descriptor::wait_write, std::move(ready));
  }
  void read_greeting(milliseconds timeout, std::function<void(std::string)> done) override {
    reader_ = std::make_shared<greeting_reader>(loop_, std::move(done));
    reader_->start(peer(), timeout);
  }
  void shut() override { ::shutdown(socket_->native_handle(), SHUT_RDWR); }

 private:
  /// None: it is no socket of TCP.
  std::optional<tcp::endpoint> peer() const {
    tcp::endpoint out;
    auto size = static_cast<socklen_t>(out.capacity());
    if (::getpeername(socket_->native_handle(), out.data(), &size) != 0) return {};
    out.resize(size);
    return out;
  }
  void wait(descriptor::wait_type direction, std::function<void()> ready) {
    // The handler may already be queued when the watch ends, and then it gets no error.
    socket_->async_wait(direction, [weak = std::weak_ptr(socket_),
                                    ready = std::move(ready)](const error_code& failure) {
      if (!failure && !weak.expired()) ready();
    });
  }
  asio::io_context& loop_;
  std::shared_ptr<descriptor> socket_;
  std::shared_ptr<greeting_reader> reader_;
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
