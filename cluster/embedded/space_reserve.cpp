// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/space_reserve.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace roost::cluster {

space_reserve::space_reserve(const std::string& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ >= 0) (void)!::ftruncate(file_, 0);
}

space_reserve::~space_reserve() {
  if (file_ >= 0) ::close(file_);
}

bool space_reserve::hold() {
  if (is_held_ || file_ < 0) return is_held_;
  is_held_ = ::posix_fallocate(file_, 0, bytes) == 0;
  // A part that was taken would only be missing elsewhere.
  if (!is_held_) (void)!::ftruncate(file_, 0);
  return is_held_;
}

bool space_reserve::release() {
  if (!std::exchange(is_held_, false)) return false;
  return ::ftruncate(file_, 0) == 0;
}

}  // namespace roost::cluster
