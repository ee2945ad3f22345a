// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "cluster/embedded/file_system.hpp"

namespace roost::cluster {
namespace {

namespace fs = std::filesystem;

error cannot_use(const std::string& path) {
  return {errc::cannot_open_store, path + ": " + system_error()};
}

/// A pipe or a device must not be replaced by a file.
bool is_special(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
}

std::string folder_of(const std::string& path) {
  const auto folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

file_handle::~file_handle() {
  if (is_owned_ && file_ >= 0) ::close(file_);
}

export_file_writer::export_file_writer(std::string path, std::string unfinished, file_handle file)
    : path_(std::move(path)), unfinished_(std::move(unfinished)), file_(std::move(file)) {}

result<export_file_writer> export_file_writer::open(const std::string& path) {
  if (path == standard_stream) {
    return export_file_writer("standard output", {}, {STDOUT_FILENO, false});
  }
  const auto unfinished = is_special(path) ? std::string{} : path + ".unfinished";
  const auto& name = unfinished.empty() ? path : unfinished;
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return cannot_use(name);
  return export_file_writer(path, unfinished, {file, true});
}

export_file_writer::~export_file_writer() {
  std::error_code ignored;
  if (!unfinished_.empty()) fs::remove(unfinished_, ignored);
}

error export_file_writer::failed() const { return cannot_use(path_); }

result<void> export_file_writer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failed();
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<void> export_file_writer::finish() {
  if (unfinished_.empty()) return {};
  if (::fsync(file_.get()) != 0) return failed();
  if (std::rename(unfinished_.c_str(), path_.c_str()) != 0) return failed();
  unfinished_.clear();
  if (!sync_path(folder_of(path_), O_RDONLY | O_DIRECTORY)) return failed();
  return {};
}

export_file_reader::export_file_reader(std::string path, file_handle file)
    : path_(std::move(path)), file_(std::move(file)), buffer_(read_bytes, '\0') {}

result<export_file_reader> export_file_reader::open(const std::string& path) {
  if (path == standard_stream) {
    return export_file_reader("standard input", {STDIN_FILENO, false});
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return cannot_use(path);
  return export_file_reader(path, {file, true});
}

result<std::string_view> export_file_reader::next() {
  for (;;) {
    const auto count = ::read(file_.get(), buffer_.data(), buffer_.size());
    if (count >= 0) return std::string_view{buffer_}.substr(0, static_cast<std::size_t>(count));
    if (errno != EINTR) return cannot_use(path_);
  }
}

}  // namespace roost::cluster
