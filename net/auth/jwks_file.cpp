// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace roost::net::auth {

namespace {

bool is_same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

error unreadable(const std::string& why) {
  return {errc::unavailable, "the file cannot be read: " + why};
}

}  // namespace

result<jwks_keys> read_jwks_file(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return unreadable(std::strerror(errno));
  // Opening a FIFO would block until another process opens it for writing.
  if (!S_ISREG(found.st_mode)) return unreadable("it is not a regular file");
  std::ifstream file{path, std::ios::binary};
  if (!file) return unreadable(std::strerror(errno));
  // Read one byte more than allowed, so that read_jwks() detects a file over the bound.
  std::string text(jwks_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return read_jwks(text);
}

bool jwks_file::stamp::operator==(const stamp& other) const {
  return is_same(written, other.written) && is_same(changed, other.changed) &&
         bytes == other.bytes && file == other.file;
}

std::optional<jwks_file::stamp> jwks_file::read_stamp() const {
  struct stat found {};
  if (::stat(path_.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return stamp{found.st_mtim, found.st_ctim, found.st_size, found.st_ino};
}

result<bool> jwks_file::poll() {
  // stat before reading: the next poll then detects a write that happens during the read.
  const auto now = read_stamp();
  const bool is_unchanged = has_polled_ && now == last_stamp_;
  if (is_unchanged && !must_retry_) return false;
  has_polled_ = true;
  last_stamp_ = now;
  auto read = read_jwks_file(path_);
  // A failed open may be temporary (no file descriptor left), so retry even an unchanged file.
  must_retry_ = !read && read.failure().code == errc::unavailable;
  if (must_retry_ && is_unchanged) return false;
  if (!read) return read.failure();
  keys_ = std::make_shared<const key_set>(std::move(read->keys));
  return true;
}

}  // namespace roost::net::auth
