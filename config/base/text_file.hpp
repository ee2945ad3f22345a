// SPDX-License-Identifier: Apache-2.0
// Reads small text files, such as the configuration file and the files that settings name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost {

/// Removes a UTF-8 byte order mark from the beginning of `text`; some editors write one.
std::string_view without_byte_order_mark(std::string_view text);

/// Reads the whole file, without a byte order mark. The error detail continues a sentence about
/// the file: "cannot be read: ...", "must have at most 10 bytes".
result<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace roost
