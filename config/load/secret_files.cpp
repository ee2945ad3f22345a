// SPDX-License-Identifier: Apache-2.0
#include "config/load/secret_files.hpp"

#include <sys/stat.h>

#include <utility>

#include "config/base/text_file.hpp"

namespace roost {
namespace {

constexpr std::size_t file_bytes_max = 65'536;

/// Detects UTF-16 as some editors and shells of Windows write it: a byte order mark, then
/// characters whose high byte is 0.
bool is_utf16_text(std::string_view text) {
  const bool is_little = text.starts_with("\xFF\xFE");
  if (text.size() < 4 || text.size() % 2 != 0) return false;
  if (!is_little && !text.starts_with("\xFE\xFF")) return false;
  for (std::size_t i = 2; i < text.size(); i += 2) {
    if (text[is_little ? i + 1 : i] != '\0') return false;
  }
  return true;
}

}  // namespace

bool secret_files::record(const std::string& key, source_rank by, bool is_file,
                          const std::string& text) {
  const auto found = given_.find(key);
  const bool is_given_twice =
      found != given_.end() && found->second.by == by && found->second.is_file != is_file;
  if (text.empty()) {
    if (!is_given_twice) given_.erase(key);
    return true;
  }
  given_[key] = {by, is_file, is_file ? text : ""};
  return !is_given_twice;
}

bool secret_files::removes_earlier(const std::string& key, source_rank by, bool is_file) const {
  const auto found = given_.find(key);
  if (found == given_.end() || found->second.by == by) return false;
  return found->second.is_file || !is_file;
}

std::map<std::string, std::string> secret_files::chosen() const {
  std::map<std::string, std::string> out;
  for (const auto& [key, given] : given_) {
    if (given.is_file) out[key] = given.path;
  }
  return out;
}

result<secret_text> read_secret(const std::string& file) {
  struct stat about {};
  const bool is_there = ::stat(file.c_str(), &about) == 0;
  auto read = read_text_file(file, file_bytes_max);
  if (!read) return read.failure();
  if (is_utf16_text(*read)) {
    return error{errc::bad_setting, "is UTF-16 text; write it as UTF-8 or ASCII"};
  }
  secret_text out;
  out.text = std::move(*read);
  if (out.text.ends_with('\n')) out.text.pop_back();
  if (out.text.ends_with('\r')) out.text.pop_back();
  if (out.text.empty()) return error{errc::bad_setting, "is empty"};
  out.is_open_to_all = is_there && (about.st_mode & S_IROTH) != 0;
  return out;
}

}  // namespace roost
