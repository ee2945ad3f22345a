// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

struct scratch_file {
  std::string path = std::filesystem::temp_directory_path() / ("jwks-" + std::to_string(getpid()));
  ~scratch_file() { std::filesystem::remove(path); }
  // Replaces the file atomically: readers see either the old or the new file.
  void write(const std::string& text) const {
    std::ofstream{path + ".new"} << text;
    std::filesystem::rename(path + ".new", path);
  }
};

std::string set_with(const std::string& id) {
  return R"({"keys":[)" + signer::ed25519().jwk(R"(,"kid":")" + id + "\"") + "]}";
}

}  // namespace

TEST_CASE("keys are read from a file and read again when the file is replaced") {
  const scratch_file file;
  jwks_file keys{file.path};
  file.write(set_with("1"));
  CHECK(*keys.poll());
  REQUIRE(keys.keys());
  CHECK(keys.keys()->has_id("1"));
  CHECK_FALSE(*keys.poll());
  file.write(set_with("2"));
  CHECK(*keys.poll());
  CHECK(keys.keys()->has_id("2"));
  CHECK_FALSE(keys.keys()->has_id("1"));
}

TEST_CASE("a missing or broken key file is reported once and the last good keys stay") {
  const scratch_file file;
  jwks_file keys{file.path};
  const auto missing = keys.poll();
  REQUIRE_FALSE(missing);
  CHECK(missing.failure().code == errc::unavailable);
  CHECK_FALSE(*keys.poll());
  CHECK_FALSE(keys.keys());
  file.write(set_with("1"));
  CHECK(*keys.poll());
  file.write("{");
  CHECK(keys.poll().failure().detail == "the key set cannot be read: not_json");
  CHECK_FALSE(*keys.poll());
  CHECK(keys.keys()->has_id("1"));
  std::filesystem::remove(file.path);
  CHECK(keys.poll().failure().detail == "the file cannot be read: No such file or directory");
  CHECK(keys.keys()->has_id("1"));
  file.write(set_with("2"));
  CHECK(*keys.poll());
  CHECK(keys.keys()->has_id("2"));
}

TEST_CASE("a key file that cannot be opened is reported once and read as soon as it can be") {
  const scratch_file file;
  jwks_file keys{file.path};
  file.write(set_with("1"));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto first = keys.poll();
  const auto second = keys.poll();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE_FALSE(first);
  CHECK(first.failure().detail == "the file cannot be read: Too many open files");
  REQUIRE(second);
  CHECK_FALSE(*second);
  CHECK(*keys.poll());
  CHECK_FALSE(*keys.poll());
  CHECK(keys.keys()->has_id("1"));
}

TEST_CASE("a key file over the size limit is refused and so is a directory") {
  const scratch_file file;
  file.write(std::string(jwks_bytes_max + 1, ' '));
  jwks_file keys{file.path};
  CHECK(keys.poll().failure().detail == "the key set has more than 256 KiB");
  jwks_file folder{std::filesystem::temp_directory_path()};
  CHECK_FALSE(folder.poll());
}

}  // namespace roost::net::auth
