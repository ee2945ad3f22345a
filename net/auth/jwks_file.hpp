// SPDX-License-Identifier: Apache-2.0
// Reads a JWK Set from a file and reloads it when the file changes.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "config/base/error.hpp"
#include "net/auth/jwks.hpp"

namespace roost::net::auth {

/// Reads the file. Fails with unavailable if it cannot be read, or with the error of read_jwks().
result<jwks_keys> read_jwks_file(const std::string& path);

/// Detects changes of the file by polling stat(2).
/// Owns: the last good keys. Runs on: the caller's thread, which polls. Ends: with its owner.
class jwks_file {
 public:
  explicit jwks_file(std::string path) : path_(std::move(path)) {}

  /// Reads the file if it changed since the last poll, and returns true if keys() are new. If the
  /// file is missing or broken, fails once with the error of read_jwks_file() and keeps the keys.
  result<bool> poll();
  /// The last good keys; null until the first successful read.
  std::shared_ptr<const key_set> keys() const { return keys_; }

 private:
  struct stamp {
    timespec written{};
    timespec changed{};
    off_t bytes = 0;
    ino_t file = 0;
    bool operator==(const stamp& other) const;
  };
  std::optional<stamp> read_stamp() const;

  std::string path_;
  std::optional<stamp> last_stamp_;
  bool has_polled_ = false;
  bool must_retry_ = false;  ///< the last read failed with unavailable; retried at each poll
  std::shared_ptr<const key_set> keys_;
};

}  // namespace roost::net::auth
