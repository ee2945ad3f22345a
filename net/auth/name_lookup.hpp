// Looks up a name without anybody having to wait for a resolver that does not answer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace roost::net::auth {

struct lookup_answer {
  boost::system::error_code failed;
  std::vector<boost::asio::ip::tcp::endpoint> found;
};

/// Blocks, and for as long as it likes.
using name_resolver =
    std::function<lookup_answer(const std::string& host, const std::string& port)>;

/// getaddrinfo(3): 5 s for each try and each name server, by default.
lookup_answer resolve_by_system(const std::string& host, const std::string& port);

/// One look-up. A call of the resolver cannot be cancelled, and Asio's own joins its thread when
/// the io_context is destroyed; so this one runs on a detached thread that owns what it needs, and
/// its answer is dropped when nobody is left who wants it.
/// Owns: a share in its question. Runs on: the thread of its context. Ends: any time.
class name_lookup {
 public:
  using listener = std::function<void(const lookup_answer&)>;
  /// Threads that may be inside resolvers at once; one more look-up fails at once.
  static constexpr int threads_max = 8;
  static int threads_running();

  name_lookup(boost::asio::io_context& context, name_resolver resolve)
      : context_(context), resolve_(std::move(resolve)) {}
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;
  ~name_lookup() { cancel(); }

  /// Once. `told` is called on the context, which stays busy until then; with try_again where no
  /// thread is left.
  void start(const std::string& host, const std::string& port, listener told);
  /// `told` is not called any more.
  void cancel();

 private:
  struct question;
  boost::asio::io_context& context_;
  name_resolver resolve_;
  std::shared_ptr<question> question_;
};

}  // namespace roost::net::auth
