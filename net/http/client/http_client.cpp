// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_client.hpp"

#include <curl/curl.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

#include "config/base/freed_by.hpp"
#include "net/http/client/http_url.hpp"
#include "net/http/client/transfer.hpp"

namespace roost::net::http {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using multi_ptr = std::unique_ptr<CURLM, freed_by<curl_multi_cleanup>>;

/// A socket that libcurl waits for. Owns: its registration with the loop; libcurl opens and closes
/// the socket. Runs on: the loop. Ends: before libcurl closes the socket.
struct watched_socket {
  explicit watched_socket(asio::io_context& context) : descriptor(context) {}
  watched_socket(const watched_socket&) = delete;
  watched_socket& operator=(const watched_socket&) = delete;
  ~watched_socket() { descriptor.release(); }

  asio::posix::stream_descriptor descriptor;
  int wanted = CURL_POLL_NONE;
  int waiting = CURL_POLL_NONE;  ///< the waits that are running
};

}  // namespace

/// The requests of a client. Owns: libcurl's multi handle, the requests, the timer, and the
/// registrations of sockets. Runs on: the loop. Ends: end(); a running call keeps it alive.
class http_client::transfer_set : public std::enable_shared_from_this<transfer_set> {
 public:
  explicit transfer_set(asio::io_context& context) : context_(context), timer_(context) {}

  result<request_id> add(http_request request, http_listener on_answer) {
    if (!is_http_url(request.url)) return error{errc::bad_request, "is not an http or https URL"};
    if (transfers_.size() >= requests_max || !open()) return errc::overloaded;
    auto added = make_transfer(std::move(request), std::move(on_answer));
    if (!added) return errc::overloaded;
    added->id = ++last_id_;
    curl_multi_add_handle(multi_.get(), added->easy.get());
    limit_time(*transfers_.emplace(last_id_, std::move(added)).first->second);
    return last_id_;
  }
  void remove(request_id id) { (void)take(id); }
  void end() {
    while (!transfers_.empty()) remove(transfers_.begin()->first);
    multi_.reset();
  }

 private:
  bool open() {
    if (multi_) return true;
    static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialised == CURLE_OK) multi_.reset(curl_multi_init());
    if (!multi_) return false;
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections_max);
    return true;
  }

  // CURLOPT_TIMEOUT_MS would not end a request that waits for a connection.
  void limit_time(transfer& started) {
    started.deadline.emplace(context_, started.request.timeout);
    started.deadline->async_wait([weak = weak_from_this(), id = started.id](error_code failed) {
      const auto self = weak.lock();
      if (!failed && self) self->finish(id, CURLE_OPERATION_TIMEDOUT);
    });
  }

  static int on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
    static_cast<transfer_set*>(self)->watch(socket, wanted);
    return 0;
  }
  static int on_timer(CURLM*, long after_ms, void* self) {
    static_cast<transfer_set*>(self)->arm(after_ms);
    return 0;
  }

  void watch(curl_socket_t socket, int wanted) {
    if (wanted == CURL_POLL_REMOVE) {
      sockets_.erase(socket);
      return;
    }
    auto& watched = sockets_[socket];
    if (!watched) {
      watched = std::make_shared<watched_socket>(context_);
      error_code refused;  // without the registration, the request ends with its timeout
      watched->descriptor.assign(socket, refused);
    }
    watched->wanted = wanted;
    wait(watched, CURL_POLL_IN);
    wait(watched, CURL_POLL_OUT);
  }
  /// Waits for CURL_POLL_IN or CURL_POLL_OUT, and again after each event while libcurl wants it.
  void wait(const std::shared_ptr<watched_socket>& watched, int event) {
    if ((watched->wanted & event) == 0 || (watched->waiting & event) != 0) return;
    watched->waiting |= event;
    using descriptor = asio::posix::stream_descriptor;
    watched->descriptor.async_wait(
        event == CURL_POLL_IN ? descriptor::wait_read : descriptor::wait_write,
        [weak = weak_from_this(), weak_socket = std::weak_ptr{watched}, event](error_code failed) {
          const auto self = weak.lock();
          auto socket = weak_socket.lock();
          if (failed || !self || !socket) return;
          socket->waiting &= ~event;
          const auto number = socket->descriptor.native_handle();
          const bool is_wanted = (socket->wanted & event) != 0;
          socket.reset();
          if (is_wanted) {
            self->act(number, event == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
          }
          socket = weak_socket.lock();
          if (socket) self->wait(socket, event);
        });
  }

  void arm(long after_ms) {
    timer_.cancel();
    if (after_ms < 0) return;
    timer_.expires_after(milliseconds{after_ms});
    timer_.async_wait([weak = weak_from_this()](error_code failed) {
      const auto self = weak.lock();
      if (!failed && self) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(curl_socket_t socket, int events) {
    if (!multi_) return;
    int count = 0;
    curl_multi_socket_action(multi_.get(), socket, events, &count);
    // A listener may end the client.
    while (multi_) {
      const auto* message = curl_multi_info_read(multi_.get(), &count);
      if (!message) return;
      const transfer* done = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
      finish(done->id, message->data.result);
    }
  }
  void finish(request_id id, CURLcode code) {
    const auto done = take(id);
    if (done) done->on_answer(result_of(*done, code));
  }
  std::unique_ptr<transfer> take(request_id id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return nullptr;
    auto taken = std::move(found->second);
    transfers_.erase(found);
    curl_multi_remove_handle(multi_.get(), taken->easy.get());
    return taken;
  }

  asio::io_context& context_;
  asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<watched_socket>> sockets_;
  multi_ptr multi_;
  std::map<request_id, std::unique_ptr<transfer>> transfers_;
  request_id last_id_ = 0;
};

http_client::http_client(asio::io_context& context)
    : transfers_(std::make_shared<transfer_set>(context)) {}

http_client::~http_client() { transfers_->end(); }

result<http_client::request_id> http_client::send(http_request request, http_listener on_answer) {
  return transfers_->add(std::move(request), std::move(on_answer));
}

void http_client::cancel(request_id id) { transfers_->remove(id); }

}  // namespace roost::net::http
