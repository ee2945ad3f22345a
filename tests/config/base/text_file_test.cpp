// SPDX-License-Identifier: Apache-2.0
#include "config/base/text_file.hpp"

#include <filesystem>
#include <fstream>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using namespace std::string_literals;

namespace {

const std::string file = roost::testing::temporary_path("text_file");

result<std::string> read_back(const std::string& bytes, std::size_t bytes_max) {
  std::ofstream{file, std::ios::binary} << bytes;
  auto out = read_text_file(file, bytes_max);
  std::filesystem::remove(file);
  return out;
}

}  // namespace

TEST_CASE("a text file is read completely without a byte order mark at its beginning") {
  CHECK(*read_back("a\r\n\0b"s, 10) == "a\r\n\0b"s);
  CHECK(*read_back("", 10) == "");
  CHECK(*read_back("\xEF\xBB\xBF{}\n", 10) == "{}\n");
  CHECK(*read_back("{}\xEF\xBB\xBF", 10) == "{}\xEF\xBB\xBF");
  CHECK(*read_back("\xEF\xBB", 10) == "\xEF\xBB");
  CHECK(*read_back(std::string(100'000, 'a'), 100'000) == std::string(100'000, 'a'));
}

TEST_CASE("a text file that is too long or missing or a folder is rejected with the reason") {
  CHECK(read_back("12345", 4).failure().detail == "must have at most 4 bytes");
  CHECK(read_text_file(file, 4).failure().detail == "cannot be read: No such file or directory");
  const auto folder = std::filesystem::temp_directory_path().string();
  CHECK(read_text_file(folder, 4).failure().detail == "cannot be read: Is a directory");
}
