// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/wal_pages.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "cluster/embedded/file_system.hpp"

namespace roost::cluster {
namespace {

constexpr std::size_t file_header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;

std::uint32_t number_at(std::string_view header, std::size_t at) {
  std::uint32_t out = 0;
  for (const char c : header.substr(at, sizeof out)) out = out << 8U | static_cast<std::uint8_t>(c);
  return out;
}

}  // namespace

std::set<std::uint32_t> pages_in_wal(const std::string& path) {
  const auto size = size_of_file(path);
  std::ifstream file(path, std::ios::binary);
  std::array<char, file_header_bytes> begin{};
  if (!file.read(begin.data(), begin.size())) return {};
  const std::string_view header(begin.data(), begin.size());
  const auto salts = header.substr(16, 8);  // of the frames that count
  const std::uint64_t page_bytes = number_at(header, 8);
  std::set<std::uint32_t> out;
  std::set<std::uint32_t> uncommitted;
  for (auto at = file_header_bytes; at + frame_header_bytes + page_bytes <= size;
       at += frame_header_bytes + page_bytes) {
    std::array<char, frame_header_bytes> of_frame{};
    file.seekg(static_cast<std::streamoff>(at));
    if (!file.read(of_frame.data(), of_frame.size())) break;
    const std::string_view frame(of_frame.data(), of_frame.size());
    if (frame.substr(8, 8) != salts) break;
    uncommitted.insert(number_at(frame, 0));
    if (number_at(frame, 4) != 0) out.merge(uncommitted);
  }
  return out;
}

}  // namespace roost::cluster
