// Reads the small text files that settings name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost {

/// `text` without a UTF-8 byte order mark at its beginning, which some editors write.
std::string_view without_byte_order_mark(std::string_view text);

/// The whole file, without a byte order mark. The failure's detail continues a sentence about the
/// file: "cannot be read: ...", "must have at most 10 bytes".
result<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace roost
