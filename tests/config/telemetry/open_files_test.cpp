// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/open_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;

namespace {

/// A fake old kernel: counts the walks over open files, and records the walking thread.
struct old_kernel {
  std::atomic<std::uint64_t> files = 7;
  std::atomic<int> walks = 0;
  std::atomic<bool> walked_here = false;
  std::thread::id here = std::this_thread::get_id();

  std::uint64_t walk() {
    walked_here = std::this_thread::get_id() == here;
    ++walks;
    return files;
  }
};

std::unique_ptr<open_files> reader_on(old_kernel& kernel) {
  return std::make_unique<open_files>([] { return std::uint64_t{0}; },
                                      [&kernel] { return kernel.walk(); });
}

}  // namespace

TEST_CASE("the list of open files is not walked if the kernel reports their number") {
  int walks = 0;
  open_files files([] { return std::uint64_t{5}; },
                   [&walks] { return static_cast<std::uint64_t>(++walks); });
  CHECK(files.read(time_point{}) == 5);
  CHECK(files.read(time_point{1h}) == 5);
  CHECK(walks == 0);
}

TEST_CASE("on an older kernel another thread walks the list of open files but not at every read") {
  old_kernel kernel;
  auto files = reader_on(kernel);
  CHECK(kernel.walks == 1);
  kernel.files = 100;
  const time_point start{1h};
  CHECK(files->read(start) >= 7);
  for (int i = 0; i < 1'000; ++i) files->read(start + 1s);
  files.reset();  // the destructor waits for the running walk
  CHECK(kernel.walks == 2);
  CHECK_FALSE(kernel.walked_here);
}

TEST_CASE(
    "the result of a walk is returned by a later read and the walk repeats after an interval") {
  old_kernel kernel;
  auto files = reader_on(kernel);
  kernel.files = 100;
  const time_point start{1h};
  files->read(start);
  while (files->read(start + 1s) != 100) std::this_thread::yield();
  while (kernel.walks < 3) {
    files->read(start + open_files::walk_every);
    std::this_thread::yield();
  }
  CHECK(kernel.walks == 3);
}

TEST_CASE("the walk and the kernel report the same number of open files") {
  const auto before = open_files::walked_count();
  const int file = ::open("/dev/null", O_RDONLY);
  REQUIRE(file >= 0);
  CHECK(open_files::walked_count() == before + 1);
  if (const auto count = open_files::kernel_count(); count != 0) CHECK(count == before + 1);
  ::close(file);
  CHECK(open_files::walked_count() == before);
}
