// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "cluster/embedded/file_system.hpp"

namespace roost::cluster {
namespace {

error cannot(const std::string& path, const std::string& why) {
  return {errc::cannot_open_store, path + ": " + why};
}

constexpr std::string_view mark = "created\n";

}  // namespace

result<store_folder> store_folder::lock(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot(path, system_error());
  const auto name = path + "/lock";
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return lock(path, file);
}

result<store_folder> store_folder::lock_existing(const std::string& path) {
  const auto name = path + "/lock";
  int file = ::open(name.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return store_folder(path, -1);
  if (file < 0 && (errno == EROFS || errno == EACCES)) {
    file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  }
  return lock(path, file);
}

/// `file`: of the lock; negative: it could not be opened.
result<store_folder> store_folder::lock(std::string path, int file) {
  const auto name = path + "/lock";
  if (file < 0) return cannot(name, system_error());
  store_folder out(std::move(path), file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return out;
  if (errno != EWOULDBLOCK) return cannot(name, system_error());
  return error{errc::store_locked, out.path() + ": another process uses this store"};
}

store_folder::~store_folder() {
  if (lock_ >= 0) ::close(lock_);
}

result<void> store_folder::create_file() {
  const int created = ::open(file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (created < 0) return cannot(file(), system_error());
  ::close(created);
  return {};
}

bool store_folder::is_created() const {
  struct stat status {};
  return ::fstat(lock_, &status) == 0 && status.st_size > 0;
}

result<void> store_folder::mark_created() {
  if (::pwrite(lock_, mark.data(), mark.size(), 0) != static_cast<ssize_t>(mark.size()) ||
      ::fsync(lock_) != 0 || !sync_path(path_, O_RDONLY | O_DIRECTORY)) {
    return cannot(path_ + "/lock", system_error());
  }
  return {};
}

}  // namespace roost::cluster
