// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include "cluster/embedded/embedded_store.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

/// A running store_appender. Owns: the process. Runs on: one thread. Ends: kills it.
class appender {
 public:
  appender(const std::string& folder, const char* sync) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = STORE_APPENDER;
    std::string path = folder;
    std::string mode = sync;
    char* const arguments[] = {program.data(), path.data(), mode.data(), nullptr};
    REQUIRE(::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
  }
  appender(const appender&) = delete;
  appender& operator=(const appender&) = delete;
  ~appender() {
    if (process_ > 0) kill();
    ::close(output_);
  }
  /// Reads until so many lines came, or the process has ended.
  std::string read_lines(std::size_t lines) {
    std::string out;
    char part[4096];
    std::size_t seen = 0;
    while (seen < lines) {
      const auto size = ::read(output_, part, sizeof part);
      if (size <= 0) break;
      const std::string_view text(part, static_cast<std::size_t>(size));
      seen += static_cast<std::size_t>(std::ranges::count(text, '\n'));
      out += text;
    }
    return out;
  }
  /// Kills the process, and returns the rest of its lines.
  std::string kill() {
    ::kill(process_, SIGKILL);
    wait();
    return read_lines(~std::size_t{0});
  }
  /// The exit code, or -1 if a signal has ended it.
  int wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

/// The last sequence that was answered, by "log SHARD" or "snapshot KEY".
using answered = std::map<std::string, std::uint64_t>;

void add_lines(answered& to, const std::string& lines) {
  std::istringstream all(lines);
  std::string kind;
  std::string name;
  std::uint64_t at = 0;
  while (all >> kind >> name >> at) {
    auto& last = to[kind + " " + name];
    CHECK(at > last);
    last = at;
  }
}

std::uint64_t last_of(const answered& all, const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? 0 : found->second;
}

/// Everything that was answered is there, and nothing else than what was appended.
void check_stored(const std::string& folder, const answered& expected) {
  const tests::open_file file(folder);
  REQUIRE(file.problem.empty());
  log_table logs(*file.connection);
  snapshot_table rooms(*file.connection);
  for (std::uint32_t shard = 0; shard < 8; ++shard) {
    const auto state = logs.state(shard_id{shard});
    CHECK(state.last.value >= last_of(expected, "log " + std::to_string(shard)));
    auto next = state.first.value;
    for (const auto& each : logs.read(shard_id{shard}, {}, ~std::size_t{0}).messages) {
      CHECK(each.at.value == next++);
      CHECK(std::stoull(std::string(each.data.view())) == each.at.value);
    }
    CHECK(next == state.last.value + 1);
  }
  for (const std::string key : {"a", "b"}) {
    const auto page = rooms.get(shard_id{0}, {key});
    const auto at = page.messages.empty() ? 0 : page.messages[0].at.value;
    CHECK(at >= last_of(expected, "snapshot " + key));
    if (at > 0) CHECK(std::stoull(std::string(page.messages[0].data.view())) < at);
  }
  CHECK_FALSE(file.connection->failed());
}

void survive_kills(const char* sync) {
  const tests::temporary_folder folder;
  answered last;
  for (std::size_t times = 0; times < 15; ++times) {
    appender process(folder.path, sync);
    add_lines(last, process.read_lines(20 + times * times * 8));
    add_lines(last, process.kill());
    check_stored(folder.path, last);
  }
  CHECK(last_of(last, "log 0") > 100);
  CHECK(last_of(last, "snapshot a") > 100);
}

}  // namespace

TEST_CASE("what was answered as stored survives kill -9 with sync always") {
  survive_kills("always");
}

TEST_CASE("what was answered as stored survives kill -9 with sync interval") {
  survive_kills("interval");
}

TEST_CASE("another process cannot open a store that is open, until that process is killed") {
  const tests::temporary_folder folder;
  appender first(folder.path, "always");
  CHECK_FALSE(first.read_lines(1).empty());
  appender second(folder.path, "always");
  CHECK(second.wait() == 3);
  const auto here = embedded_store::open(folder.path, store_sync::always);
  REQUIRE_FALSE(here);
  CHECK(here.failure().code == errc::store_locked);
  first.kill();
  CHECK(embedded_store::open(folder.path, store_sync::always));
}
