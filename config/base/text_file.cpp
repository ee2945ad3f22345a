// SPDX-License-Identifier: Apache-2.0
#include "config/base/text_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace roost {

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

result<std::string> read_text_file(const std::string& path, std::size_t bytes_max) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  std::ifstream in{path, std::ios::binary};
  if (is_folder || !in) {
    return error{errc::bad_setting,
                 std::string{"cannot be read: "} + std::strerror(is_folder ? EISDIR : errno)};
  }
  // Read in chunks: the size is unknown beforehand if the path is a pipe.
  std::array<char, 16'384> piece{};
  std::string text;
  while (text.size() <= bytes_max && in) {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (text.size() > bytes_max) {
    return error{errc::bad_setting, "must have at most " + std::to_string(bytes_max) + " bytes"};
  }
  return std::string{without_byte_order_mark(text)};
}

}  // namespace roost
