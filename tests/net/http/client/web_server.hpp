// SPDX-License-Identifier: Apache-2.0
// Runs web_server.py in a process of its own, for one test.
#pragma once

#include <sys/types.h>

#include <string>

namespace roost::net::http {

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
class web_server {
 public:
  enum class scheme { http, https };
  /// Serves `keys` at /jwks. With TLS, its self-signed certificate is for "localhost" only.
  web_server(scheme how, const std::string& keys);
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;
  ~web_server();

  std::string address(const std::string& path, const std::string& host = "localhost") const;
  /// The certificate that a client must trust.
  std::string ca_file() const { return files_.path("cert.pem"); }
  /// The name under which OpenSSL looks for that certificate in a folder, without ".0".
  std::string ca_hash() const;
  /// Ends the server, so that connections to its address are refused.
  void stop();

 private:
  scratch_folder files_;
  scheme how_;
  std::string port_;
  int input_ = -1;  ///< the process ends when this is closed
  pid_t process_ = -1;
};

}  // namespace roost::net::http
