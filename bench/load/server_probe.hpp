// What a process costs, read from /proc.
#pragma once

#include <cstddef>
#include <string>

namespace roost::bench {

/// Owns nothing but a process id. Runs on any thread. Ends with its scenario.
class server_probe {
 public:
  explicit server_probe(int pid) : pid_(pid) {}
  bool is_present() const { return pid_ > 0; }
  double cpu_seconds() const;  ///< user and system, all threads, since its start
  std::size_t rss_bytes() const;
  std::size_t open_files() const;

 private:
  std::string path(const char* file) const;
  int pid_;
};

}  // namespace roost::bench
