// SPDX-License-Identifier: Apache-2.0
// Secrets that are read from files: "hs256_secret_file" names the file for "hs256_secret".
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/base/error.hpp"

namespace roost {

/// The sources of settings; a later one overrides an earlier one.
enum class source_rank : std::uint8_t { file, environment, flags };

/// The key for the path of a secret's file.
inline std::string file_key(const std::string& key) { return key + "_file"; }

/// Decides for each secret whether its value or its file is used. Owns: for each secret the last
/// source that gave it. Runs on: the thread that calls load(). Ends: with load().
class secret_files {
 public:
  /// Records that a source gave the secret `key`, or the path of its file if `is_file`. An empty
  /// text removes the value of an earlier source. False: the same source gives both value and file.
  bool record(const std::string& key, source_rank by, bool is_file, const std::string& text);
  /// Whether an empty text from this source removes the value of an earlier source. An empty value
  /// removes either; an empty path removes only a path.
  bool removes_earlier(const std::string& key, source_rank by, bool is_file) const;

  /// The files to read, by the key of the secret.
  std::map<std::string, std::string> chosen() const;

 private:
  struct given_secret {
    source_rank by = source_rank::file;
    bool is_file = false;
    std::string path;
  };
  std::map<std::string, given_secret> given_;
};

/// The text of a secret's file, without a byte order mark and without the last line ending.
struct secret_text {
  std::string text;
  bool is_open_to_all = false;  ///< every user of the machine may read the file
};
/// Reads the file. The error detail continues a sentence about the file: "cannot be read: ...".
result<secret_text> read_secret(const std::string& file);

}  // namespace roost
