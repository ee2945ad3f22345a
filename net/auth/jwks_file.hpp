// A key set in a file that somebody else may replace.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "config/base/error.hpp"
#include "net/auth/jwks.hpp"

namespace roost::net::auth {

/// What the file holds now. Fails with unavailable where it cannot be read, and as read_jwks().
result<jwks_keys> read_jwks_file(const std::string& path);

/// Owns: the last good keys. Runs on: the caller's thread, which polls. Ends: with its owner.
class jwks_file {
 public:
  explicit jwks_file(std::string path) : path_(std::move(path)) {}

  /// Looks whether the file is another than last time, and reads it if so: true where keys() are
  /// new. A file that is gone or broken fails once, as read_jwks_file(), and leaves the keys as
  /// they are.
  result<bool> poll();
  /// The last good ones; null before there were any.
  std::shared_ptr<const key_set> keys() const { return keys_; }

 private:
  struct stamp {
    timespec written{};
    timespec changed{};
    off_t bytes = 0;
    ino_t file = 0;
    bool operator==(const stamp& other) const;
  };
  std::optional<stamp> look() const;

  std::string path_;
  std::optional<stamp> seen_;
  bool has_looked_ = false;
  bool is_unread_ = false;  ///< what was seen could not be opened
  std::shared_ptr<const key_set> keys_;
};

}  // namespace roost::net::auth
