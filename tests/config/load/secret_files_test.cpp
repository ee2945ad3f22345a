// SPDX-License-Identifier: Apache-2.0
#include "config/load/secret_files.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using roost::testing::config_file;
using rank = source_rank;

TEST_CASE("a later source overrides a secret given as a value or as a file") {
  secret_files files;
  CHECK(files.record("k", rank::file, false, "value"));
  CHECK(files.record("k", rank::environment, true, "a"));
  CHECK(files.chosen() == std::map<std::string, std::string>{{"k", "a"}});
  CHECK(files.record("k", rank::flags, false, "value"));
  CHECK(files.chosen().empty());
}

TEST_CASE("a secret as a value and as a file in one source is rejected") {
  secret_files files;
  CHECK(files.record("k", rank::file, false, "value"));
  CHECK_FALSE(files.record("k", rank::file, true, "a"));
  CHECK(files.record("other", rank::file, true, "a"));
  CHECK(files.record("other", rank::file, true, "b"));
  CHECK(files.chosen().at("other") == "b");
}

TEST_CASE("an empty value counts as not set and removes the value of an earlier source") {
  secret_files files;
  CHECK(files.record("k", rank::file, false, ""));
  CHECK(files.record("k", rank::file, true, "a"));
  CHECK(files.record("k", rank::file, false, ""));
  CHECK(files.chosen().size() == 1);
  CHECK(files.record("k", rank::environment, false, ""));
  CHECK(files.chosen().empty());
}

TEST_CASE("an empty value that would remove an earlier value is detected in advance") {
  secret_files files;
  CHECK_FALSE(files.removes_earlier("k", rank::environment, false));
  files.record("k", rank::file, false, "value");
  CHECK(files.removes_earlier("k", rank::environment, false));
  CHECK_FALSE(files.removes_earlier("k", rank::environment, true));
  CHECK_FALSE(files.removes_earlier("k", rank::file, false));
  files.record("k", rank::file, true, "a");
  CHECK(files.removes_earlier("k", rank::environment, true));
}

TEST_CASE("the line break at the end of a secret file is not part of the secret") {
  auto text_of = [](const std::string& written) {
    return read_secret(config_file{written}.path())->text;
  };
  CHECK(text_of("secret\n") == "secret");
  CHECK(text_of("secret\r\n") == "secret");
  CHECK(text_of("secret") == "secret");
  CHECK(text_of(" two\nlines \n\n") == " two\nlines \n");
}

TEST_CASE("a byte order mark is not part of a secret") {
  CHECK(read_secret(config_file{"\xEF\xBB\xBFsecret\r\n"}.path())->text == "secret");
  auto fault = read_secret(config_file{"\xEF\xBB\xBF\n"}.path());
  REQUIRE_FALSE(fault);
  CHECK(fault.failure().detail == "is empty");
}

TEST_CASE("a secret in UTF-16 is rejected and random bytes with a UTF-16 mark are accepted") {
  using namespace std::string_literals;
  for (const auto& text : {"\xFF\xFEk\0e\0y\0"s, "\xFE\xFF\0k\0e\0y"s}) {
    const auto read = read_secret(config_file{text}.path());
    REQUIRE_FALSE(read);
    CHECK(read.failure().detail == "is UTF-16 text; write it as UTF-8 or ASCII");
  }
  CHECK(read_secret(config_file{"\xFF\xFEk1e\0y\0"s}.path()));
}

TEST_CASE("a file that cannot be a secret is rejected with the reason") {
  auto fault = [](const std::string& path) { return read_secret(path).failure().detail; };
  CHECK(fault("/nowhere/secret") == "cannot be read: No such file or directory");
  CHECK(fault(std::filesystem::temp_directory_path().string()) == "cannot be read: Is a directory");
  CHECK(fault(config_file{"\n"}.path()) == "is empty");
  CHECK(fault(config_file{std::string(65'537, 'a')}.path()) == "must have at most 65536 bytes");
}

TEST_CASE("a world-readable secret file is detected") {
  config_file file{"secret"};
  CHECK_FALSE(read_secret(file.path())->is_open_to_all);
  std::filesystem::permissions(file.path(), std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  CHECK(read_secret(file.path())->is_open_to_all);
}
