// SPDX-License-Identifier: Apache-2.0
// Name lookup that can be cancelled at any time, even while the system resolver blocks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace roost::net::auth {

struct lookup_result {
  boost::system::error_code failed;
  std::vector<boost::asio::ip::tcp::endpoint> found;
};

/// May block for an unbounded time.
using name_resolver =
    std::function<lookup_result(const std::string& host, const std::string& port)>;

/// Calls getaddrinfo(3). Its default timeout is 5 s for each attempt and name server.
lookup_result resolve_by_system(const std::string& host, const std::string& port);

/// One lookup. A blocking resolver call cannot be cancelled, and Asio's resolver joins its thread
/// when the io_context is destroyed. The call therefore runs on a detached thread with its own
/// copies of all data, and cancel() discards its result.
/// Owns: a share of the pending lookup. Runs on: the thread of its context. Ends: any time.
class name_lookup {
 public:
  using listener = std::function<void(const lookup_result&)>;
  /// Maximum number of concurrent resolver threads; a further lookup fails with try_again.
  static constexpr int threads_max = 8;
  static int threads_running();

  name_lookup(boost::asio::io_context& context, name_resolver resolve)
      : context_(context), resolve_(std::move(resolve)) {}
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;
  ~name_lookup() { cancel(); }

  /// Call at most once. Posts `on_result` with the result to the context; a work guard keeps its
  /// run() from returning before. The result is try_again if no thread is available.
  void start(const std::string& host, const std::string& port, listener on_result);
  /// Prevents the call of `on_result` unless it is already posted, and releases the work guard.
  void cancel();

 private:
  struct pending_lookup;
  boost::asio::io_context& context_;
  name_resolver resolve_;
  std::shared_ptr<pending_lookup> pending_;
};

}  // namespace roost::net::auth
