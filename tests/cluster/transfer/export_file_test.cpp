// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_file.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "tests/cluster/transfer/transfer_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using cluster::export_file_reader;
using cluster::export_file_writer;

TEST_CASE("a file appears under its name when it is complete, for its user only") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  const auto path = folder.path + "/copy";
  {
    auto file = export_file_writer::open(path);
    REQUIRE(file);
    CHECK(file->write("first, "));
    CHECK(file->write("second"));
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(file->finish());
  }
  CHECK(bytes_of_file(path) == "first, second");
  CHECK(names_in(folder.path) == std::vector<std::string>{"copy"});
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("an unfinished file is removed, and the one before it stays") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  const auto path = folder.path + "/copy";
  std::ofstream(path) << "older";
  {
    auto file = export_file_writer::open(path);
    REQUIRE(file);
    CHECK(file->write("half"));
  }
  CHECK(bytes_of_file(path) == "older");
  CHECK(names_in(folder.path) == std::vector<std::string>{"copy"});
}

TEST_CASE("a pipe or a device is written directly and not replaced") {
  auto device = export_file_writer::open("/dev/null");
  REQUIRE(device);
  CHECK(device->write("text"));
  CHECK(device->finish());
  CHECK(std::filesystem::is_character_file("/dev/null"));
  auto full = export_file_writer::open("/dev/full");
  REQUIRE(full);
  const auto written = full->write("text");
  REQUIRE_FALSE(written);
  CHECK(written.failure().detail == "/dev/full: No space left on device");
}

TEST_CASE("a file that cannot be opened is named") {
  const auto written = export_file_writer::open("/nowhere/copy");
  REQUIRE_FALSE(written);
  CHECK(written.failure().detail == "/nowhere/copy.unfinished: No such file or directory");
  const auto read = export_file_reader::open("/nowhere/copy");
  REQUIRE_FALSE(read);
  CHECK(read.failure().detail == "/nowhere/copy: No such file or directory");
}

TEST_CASE("a reader gives a file in pieces, and then nothing") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  const auto path = folder.path + "/copy";
  const std::string text(export_file_reader::read_bytes + 10, 'x');
  std::ofstream(path) << text;
  auto file = export_file_reader::open(path);
  REQUIRE(file);
  std::string read;
  for (;;) {
    const auto next = file->next();
    REQUIRE(next);
    if (next->empty()) break;
    read += *next;
  }
  CHECK(read == text);
  auto of_folder = export_file_reader::open(folder.path);
  REQUIRE(of_folder);
  CHECK(of_folder->next().failure().detail == folder.path + ": Is a directory");
}
