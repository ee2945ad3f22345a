// Secrets that are given as files: "hs256_secret_file" for "hs256_secret".
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/base/error.hpp"

namespace roost {

/// Later ones win.
enum class source_rank : std::uint8_t { file, environment, flags };

/// The key that names the file of a secret.
inline std::string file_key(const std::string& key) { return key + "_file"; }

/// Owns: which source gave which secret, and how. Runs on: the thread that loads. Ends: with it.
class secret_files {
 public:
  /// A source gave `key` itself, or the path of its file. An empty text is as good as none, but
  /// takes back what an earlier source gave. False: the same source gave it in the other way too.
  bool note(const std::string& key, source_rank by, bool is_file, const std::string& text);
  /// Whether such an empty text would take something back; of a file only the file of before.
  bool is_taken_back(const std::string& key, source_rank by, bool is_file) const;

  /// The files that count, by the key of their secret.
  std::map<std::string, std::string> chosen() const;

 private:
  struct way {
    source_rank by = source_rank::file;
    bool is_file = false;
    std::string path;
  };
  std::map<std::string, way> given_;
};

/// The text of a secret's file, without a byte order mark and the end of its last line.
struct secret_text {
  std::string text;
  bool is_open_to_all = false;  ///< everybody on the machine may read it
};
/// The failure's detail continues a sentence about the file: "cannot be read: ...".
result<secret_text> read_secret(const std::string& file);

}  // namespace roost
