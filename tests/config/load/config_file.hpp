// SPDX-License-Identifier: Apache-2.0
// Temporary configuration files that are removed with their object.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/load/loader.hpp"

namespace roost::testing {

class config_file {
 public:
  explicit config_file(const std::string& text) {
    path_ = std::filesystem::temp_directory_path() /
            ("roost_config_" + std::to_string(::getpid()) + "_" + std::to_string(++made_));
    std::ofstream{path_} << text;
    std::filesystem::permissions(
        path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  ~config_file() { std::filesystem::remove(path_); }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  std::string path() const { return path_.string(); }
  std::string name() const { return path_.filename().string(); }

 private:
  static inline int made_ = 0;
  std::filesystem::path path_;
};

inline loaded load_text(const std::string& text) {
  return load({config_file{text}.path(), {}, {}});
}

inline std::string all_of(const std::vector<problem>& problems) {
  std::string out;
  for (const auto& p : problems) out += p.key + ": " + p.text + "\n";
  return out;
}
inline std::string all_of(const loaded& from) { return all_of(from.problems); }
inline std::string all_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

}  // namespace roost::testing
