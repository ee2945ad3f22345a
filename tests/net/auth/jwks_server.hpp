// SPDX-License-Identifier: Apache-2.0
// Runs a web server for key sets: jwks_server.py in a process of its own, for one test.
#pragma once

#include <sys/types.h>

#include <string>

namespace roost::net::auth {

/// A temporary folder for the files of one test.
class scratch_folder {
 public:
  scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder();
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A web server in another process. Owns: the process and its files. Runs on: the test's thread.
/// Ends: with the test.
class jwks_server {
 public:
  enum class scheme { http, https };
  /// Serves `keys` at /jwks. With TLS, its self-signed certificate is for "localhost" only.
  jwks_server(scheme how, const std::string& keys);
  jwks_server(const jwks_server&) = delete;
  jwks_server& operator=(const jwks_server&) = delete;
  ~jwks_server();

  std::string address(const std::string& path, const std::string& host = "localhost") const;
  /// The certificate that a client must trust.
  std::string ca_file() const { return files_.path("cert.pem"); }
  /// Ends the server, so that connections to its address are refused.
  void stop();

 private:
  scratch_folder files_;
  scheme how_;
  std::string port_;
  int input_ = -1;  ///< the process ends when this is closed
  pid_t process_ = -1;
};

}  // namespace roost::net::auth
