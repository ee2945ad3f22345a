// SPDX-License-Identifier: Apache-2.0
// Reads CPU time, memory and open files of a process from /proc.
#pragma once

#include <cstddef>
#include <string>

namespace roost::bench {

/// Owns: nothing. Runs on: any thread. Ends: with its scenario.
class server_probe {
 public:
  explicit server_probe(int pid) : pid_(pid) {}
  bool is_present() const { return pid_ > 0; }
  double cpu_seconds() const;  ///< user and system time of all threads since the process started
  std::size_t rss_bytes() const;
  /// Bytes that the process has written to files so far; sockets do not count.
  double written_bytes() const;
  std::size_t open_files() const;

 private:
  std::string path(const char* file) const;
  int pid_;
};

}  // namespace roost::bench
