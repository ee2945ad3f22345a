#include "net/websocket/session.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "net/websocket/tcp_session.hpp"

namespace roost::net::websocket {
namespace {

// A tcp::socket carries an erased executor; its descriptor moves to a socket without one.
loop_socket adopt(loop& home, boost::asio::ip::tcp::socket from) {
  loop_socket out(home.context().get_executor());
  boost::system::error_code failure;
  const auto protocol = from.local_endpoint(failure).protocol();
  const auto descriptor = from.release(failure);
  if (failure) return out;
  out.assign(protocol, descriptor, failure);
  if (failure) ::close(descriptor);
  return out;
}

}  // namespace

void start_session(loop& home, boost::asio::ip::tcp::socket socket, std::string_view early,
                   connect_info info, const session_context& context) {
  auto own = adopt(home, std::move(socket));
  if (!own.is_open()) return;
  // Frames are gathered before they are sent, so waiting for more only costs time.
  const int on = 1;
  ::setsockopt(own.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  home.flusher().report_to(context.probe);
  const session_ptr created(new tcp_session(home, std::move(own), context));
  static_cast<tcp_session&>(*created).start(early, std::move(info));
}

}  // namespace roost::net::websocket
