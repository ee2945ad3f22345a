// A real web server for the length of a test: jwks_server.py in a process of its own.
#pragma once

#include <sys/types.h>

#include <string>

namespace roost::net::auth {

/// A folder in which a test keeps its files.
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

/// Owns: a process and its files. Runs on: the test's thread. Ends: with the test.
class jwks_server {
 public:
  enum class scheme { http, https };
  /// Serves `keys` under /jwks; over TLS for the name "localhost" alone, signed by itself.
  jwks_server(scheme how, const std::string& keys);
  jwks_server(const jwks_server&) = delete;
  jwks_server& operator=(const jwks_server&) = delete;
  ~jwks_server();

  std::string address(const std::string& path, const std::string& host = "localhost") const;
  /// Whoever trusts this file trusts the server.
  std::string ca_file() const { return files_.path("cert.pem"); }
  /// Nobody answers at its addresses any more.
  void stop();

 private:
  scratch_folder files_;
  scheme how_;
  std::string port_;
  int input_ = -1;  ///< the process ends when this is closed
  pid_t process_ = -1;
};

}  // namespace roost::net::auth
