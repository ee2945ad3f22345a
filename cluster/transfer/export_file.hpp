// SPDX-License-Identifier: Apache-2.0
// The file of an export: written under another name until it is complete, and read in pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/error.hpp"

namespace roost::cluster {

/// The name that stands for standard output and standard input.
inline constexpr std::string_view standard_stream = "-";

/// An open file. Owns: it, unless it is a standard stream. Runs on: one thread. Ends: any time.
class file_handle {
 public:
  file_handle(int file, bool is_owned) : file_(file), is_owned_(is_owned) {}
  file_handle(file_handle&& other) noexcept
      : file_(std::exchange(other.file_, -1)), is_owned_(other.is_owned_) {}
  file_handle& operator=(file_handle&&) = delete;
  ~file_handle();
  int get() const { return file_; }

 private:
  int file_;
  bool is_owned_;
};

/// Writes an export. A regular file appears under its name when it is complete and synced, and
/// replaces one that is there; pipes and devices are written directly. Failures are
/// cannot_open_store, and name the file.
/// Owns: the unfinished file, which it removes. Runs on: one thread. Ends: any time.
class export_file_writer {
 public:
  static result<export_file_writer> open(const std::string& path);
  export_file_writer(export_file_writer&& other) noexcept
      : path_(std::move(other.path_)),
        unfinished_(std::exchange(other.unfinished_, {})),
        file_(std::move(other.file_)) {}
  export_file_writer& operator=(export_file_writer&&) = delete;
  ~export_file_writer();

  result<void> write(std::string_view bytes);
  result<void> finish();

 private:
  export_file_writer(std::string path, std::string unfinished, file_handle file);
  error failed() const;

  std::string path_;
  std::string unfinished_;  // empty: written directly
  file_handle file_;
};

/// Reads an export. Owns: a buffer. Runs on: one thread. Ends: any time.
class export_file_reader {
 public:
  static constexpr std::size_t read_bytes = 256U << 10U;  // at once

  static result<export_file_reader> open(const std::string& path);
  /// The next bytes, valid until the next call; none: the end. Blocks.
  result<std::string_view> next();

 private:
  export_file_reader(std::string path, file_handle file);

  std::string path_;
  file_handle file_;
  std::string buffer_;
};

}  // namespace roost::cluster
