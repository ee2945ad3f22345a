// SPDX-License-Identifier: Apache-2.0
// Questions of the parts of an embedded store to the file system.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

namespace roost::cluster {

/// Continues a sentence about a path with the last error of the system.
inline std::string system_error() { return std::generic_category().message(errno); }

/// Bytes of a file; 0 if there is none.
inline std::uint64_t size_of_file(const std::string& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  return ignored ? 0 : size;
}

/// Syncs a file, or a folder so that its new entries survive a power cut. `flags`: of open().
inline bool sync_path(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_synced = ::fsync(file) == 0;
  ::close(file);
  return is_synced;
}

}  // namespace roost::cluster
