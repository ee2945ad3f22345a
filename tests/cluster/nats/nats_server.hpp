// SPDX-License-Identifier: Apache-2.0
// A nats-server of the test's own.
#pragma once

#include <sys/types.h>

#include <string>

namespace roost::tests {

/// A running nats-server with JetStream on a free port, which it keeps when it starts again. The
/// program is build/nats/nats-server, or ROOST_NATS_SERVER in the environment. Throws if it is
/// missing. Owns: the process and its folder. Runs on: one thread. Ends: kills the process.
class nats_server {
 public:
  /// `settings`: further lines of its configuration. `jetstream`: of the file store; empty: without
  /// JetStream.
  explicit nats_server(const std::string& settings = {},
                       const std::string& jetstream = "max_file: 1GB");
  nats_server(const nats_server&) = delete;
  nats_server& operator=(const nats_server&) = delete;
  ~nats_server();

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  /// The answer to GET /varz, if the settings have `http_port: -1`.
  std::string varz() const;
  /// Without the orderly end. What it stored stays.
  void kill();
  /// Stops and continues the process, so that its connections stay and nothing is answered.
  void pause();
  void proceed();
  /// After kill().
  void start();

 private:
  std::string folder_;
  int port_ = 0;
  int http_port_ = 0;
  pid_t process_ = 0;
};

}  // namespace roost::tests
