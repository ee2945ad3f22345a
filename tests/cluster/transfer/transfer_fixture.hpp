// SPDX-License-Identifier: Apache-2.0
// Exports into memory, and imports from it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/transfer/export_store.hpp"
#include "tests/cluster/transfer/store_maker.hpp"

namespace roost::tests {

inline result<cluster::transfer_totals> export_into(std::string& to, const std::string& folder) {
  return cluster::export_store(folder, [&](std::string_view bytes) -> result<void> {
    to.append(bytes);
    return {};
  });
}

/// The bytes of an export that succeeds.
inline std::string exported(const std::string& folder) {
  std::string out;
  const auto done = export_into(out, folder);
  INFO((done ? "" : done.failure().detail));
  REQUIRE(done);
  CHECK(done->bytes == out.size());
  return out;
}

/// Imports bytes, `at_once` of them in each read.
inline result<cluster::transfer_totals> import_from(
    std::string_view bytes, const std::string& folder, std::optional<std::uint32_t> shards = {},
    std::size_t at_once = 4096, std::size_t message_bytes_max = cluster::store_message_bytes_max) {
  const auto source = [&]() -> result<std::string_view> {
    const auto next = bytes.substr(0, at_once);
    bytes.remove_prefix(next.size());
    return next;
  };
  return cluster::import_store(folder, shards, source, message_bytes_max);
}

/// Imports with snapshots above `message_bytes_max` in parts.
inline void import_in_parts(std::string_view bytes, const std::string& folder,
                            std::size_t message_bytes_max = 60) {
  const auto done = import_from(bytes, folder, {}, 4096, message_bytes_max);
  INFO((done ? "" : done.failure().detail));
  REQUIRE(done);
}

inline void run_sql(const std::string& folder, const char* sql) {
  open_file file(folder);
  file.connection->run(sql);
  REQUIRE_FALSE(file.connection->failed());
}

inline std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The names in a folder, sorted; empty if there is no folder.
inline std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  if (!std::filesystem::exists(folder)) return out;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    out.push_back(each.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace roost::tests
