// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/open_files.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <utility>

namespace roost {
namespace {

constexpr const char* folder_of_files = "/proc/self/fd";

}  // namespace

open_files::open_files(reader quick, reader slow)
    : quick_(std::move(quick)), slow_(std::move(slow)) {
  if (quick_() == 0) found_ = slow_();  // fast here: few files are open during startup
}

open_files::~open_files() {
  if (walker_.joinable()) walker_.join();
}

std::uint64_t open_files::read(time_point now) {
  if (const auto count = quick_(); count != 0) return count;
  if (now >= next_ && !walks_) {
    if (walker_.joinable()) walker_.join();
    next_ = now + walk_every;
    walks_ = true;
    walker_ = std::thread([this] {
      found_ = slow_();
      walks_ = false;
    });
  }
  return found_;
}

/// The size of the directory is the number of open files since Linux 6.2; before, it is 0.
std::uint64_t open_files::kernel_count() {
  struct stat folder {};
  if (::stat(folder_of_files, &folder) != 0 || folder.st_size < 0) return 0;
  return static_cast<std::uint64_t>(folder.st_size);
}

std::uint64_t open_files::walked_count() {
  DIR* folder = ::opendir(folder_of_files);
  if (!folder) return 0;
  std::uint64_t entries = 0;
  while (::readdir(folder)) ++entries;
  ::closedir(folder);
  return entries - 3;  // ".", ".." and the descriptor of the directory itself
}

}  // namespace roost
