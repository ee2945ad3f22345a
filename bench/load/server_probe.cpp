// SPDX-License-Identifier: Apache-2.0
#include "bench/load/server_probe.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace roost::bench {

std::string server_probe::path(const char* file) const {
  return "/proc/" + std::to_string(pid_) + "/" + file;
}

double server_probe::cpu_seconds() const {
  std::ifstream in(path("stat"));
  std::string line;
  std::getline(in, line);
  // The process name in parentheses may contain spaces; field 3 follows the last parenthesis.
  const auto bracket = line.rfind(')');
  if (bracket == line.npos) return 0;
  std::istringstream fields(line.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::size_t server_probe::rss_bytes() const {
  std::ifstream in(path("status"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) * 1024;
  }
  return 0;
}

double server_probe::written_bytes() const {
  std::ifstream in(path("io"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("wchar:")) return std::stod(line.substr(6));
  }
  return 0;
}

std::size_t server_probe::open_files() const {
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator it(path("fd"), error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace roost::bench
