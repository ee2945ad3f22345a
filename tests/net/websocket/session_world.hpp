// A loop on a thread, sessions on real loopback sockets, and what their handlers were told.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "config/settings.hpp"
#include "net/loop.hpp"
#include "net/websocket/session.hpp"

namespace roost::tests {

/// A client's end of a connection; blocks, but gives up a read after half a minute.
class peer {
 public:
  struct frame {
    unsigned opcode = 0;  ///< 0xFF: no frame, the stream ended
    std::string payload;
    bool operator==(const frame&) const = default;
  };
  static constexpr unsigned ended = 0xFF;

  explicit peer(boost::asio::ip::tcp::socket socket);
  void send(std::string_view bytes);
  frame read();
  /// Reads until the server's FIN; false where more bytes come or the connection was reset.
  bool reads_end();
  /// Takes at most so many bytes, if any are there.
  void read_some(std::size_t bytes_max);
  void shut_down_sending();
  void close();
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  bool read_exactly(char* to, std::size_t size);
  boost::asio::ip::tcp::socket socket_;
};

/// Owns: the loop, its thread and what was recorded. Runs on: the test's thread, but the callbacks
/// on the loop. Ends: with the test.
class session_world {
 public:
  explicit session_world(settings::limit_settings limits = {});
  ~session_world();

  peer connect(std::string early = {}, int send_buffer_bytes = 0);
  /// Ends the loop and its thread; only what was recorded can be asked after that.
  void stop();
  /// Runs it on the loop and waits for it.
  void on_loop(const std::function<void()>& work);
  /// Runs it on the loop for the session that was opened last.
  void with_session(const std::function<void(net::session&)>& work);

  std::vector<std::string> wait_for_messages(std::size_t count);
  std::uint16_t wait_for_closed();
  void wait_for_writable(std::size_t times = 1);
  std::size_t writable_so_far();
  std::size_t messages_so_far();
  bool is_empty();
  /// The loop has let all of its sessions go.
  void wait_until_empty();

  /// Called on the loop by writable(). Set before connect().
  std::function<void(net::session&)> on_writable = [](net::session&) {};
  /// Called on the loop for each message; the default answers it at once. Set before connect().
  std::function<void(net::session&, const net::bytes_ptr&, bool)> on_message;
  metrics probe;
  live_settings config;
  net::loop loop{loop_id{2}, net::turn_budget{}};

 private:
  class recorder;
  class opener final : public net::connection_opener {
   public:
    explicit opener(session_world& world) : world_(world) {}
    std::unique_ptr<net::connection_handler> opened(net::session& link,
                                                    net::connect_info info) override;

   private:
    session_world& world_;
  };
  void note(const std::function<void()>& change);
  void wait_until(const std::function<bool()>& holds);

  opener opener_{*this};
  net::websocket::session_context context_{config, opener_, probe};
  boost::asio::io_context clients_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::vector<std::uint16_t> closed_;
  std::size_t writable_ = 0;
  net::session_ptr last_;
  std::thread thread_;
};

}  // namespace roost::tests
