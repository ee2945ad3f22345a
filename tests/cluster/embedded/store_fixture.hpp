// SPDX-License-Identifier: Apache-2.0
// A folder for an embedded store, and damage to its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/embedded/store_file.hpp"
#include "cluster/embedded/store_folder.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

namespace roost::tests {

/// A new path for a folder, which is removed at the end. Owns: the folder. Runs on: one thread.
/// Ends: after the store.
class temporary_folder {
 public:
  temporary_folder() { std::filesystem::remove_all(path); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/roost.db"; }

  std::string path = testing::temporary_path("store_" + std::to_string(++count));

 private:
  inline static int count = 0;
};

/// The file of a store without threads.
struct open_file {
  explicit open_file(const std::string& path, store_sync sync = store_sync::always)
      : folder(std::move(*cluster::store_folder::lock(path))) {
    auto opened = cluster::open_store_file(folder, sync);
    if (opened) {
      connection = std::move(*opened);
    } else {
      problem = opened.failure().detail;
      CHECK(opened.failure().code == errc::cannot_open_store);
      CHECK(problem.find(path) == 0);
    }
  }
  cluster::store_folder folder;
  std::unique_ptr<cluster::sqlite::connection> connection;
  std::string problem;
};

/// Why the store in the folder cannot be opened; empty: it can.
inline std::string problem_of(const std::string& path) { return open_file(path).problem; }

inline bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Writes over the bytes of a file.
inline void overwrite(const std::string& path, std::uint64_t at, std::string_view text) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  REQUIRE(file.good());
}

/// Writes over the first place where a file has this text.
inline void overwrite_text(const std::string& path, std::string_view text,
                           std::string_view replacement) {
  std::ifstream file(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  const auto at = all.find(text);
  REQUIRE(at != std::string::npos);
  overwrite(path, at, replacement);
}

}  // namespace roost::tests
