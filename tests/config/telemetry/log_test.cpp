// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;

namespace {

/// The text with every digit replaced by 0.
std::string shape_of(std::string text) {
  for (char& c : text) {
    if (c >= '0' && c <= '9') c = '0';
  }
  return text;
}

/// Captures the log of one test. The destructor restores the log to stderr.
class captured_log {
 public:
  captured_log(log_level level, log_format format) { log::init(level, format, &out_); }
  ~captured_log() { log::init(log_level::info, log_format::json); }
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in{out_.str()};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  nlohmann::json only() const {
    REQUIRE(lines().size() == 1);
    return nlohmann::json::parse(lines().front());
  }

 private:
  std::ostringstream out_;
};

/// Replaces stderr by another file. The destructor restores it.
class replaced_stderr {
 public:
  explicit replaced_stderr(int file) {
    log::finish(long_enough);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  ~replaced_stderr() {
    log::finish(long_enough);
    restore();
    ::close(before_);
  }
  replaced_stderr(const replaced_stderr&) = delete;
  replaced_stderr& operator=(const replaced_stderr&) = delete;
  void restore() const { ::dup2(before_, STDERR_FILENO); }

  static constexpr auto long_enough = 30s;

 private:
  int before_ = ::dup(STDERR_FILENO);
};

/// A pipe as stderr that is full until it is read.
class full_pipe {
 public:
  explicit full_pipe(int flags) : ends_(full(flags)), stderr_(ends_[1]) {}
  ~full_pipe() {
    read();
    ::close(ends_[0]);
  }
  full_pipe(const full_pipe&) = delete;
  full_pipe& operator=(const full_pipe&) = delete;

  /// The lines that were written until all are written.
  const std::vector<nlohmann::json>& read() {
    if (is_read_) return lines_;
    is_read_ = true;
    auto text = std::async(std::launch::async, [this] { return read_to_end(); });
    CHECK(log::finish(replaced_stderr::long_enough));
    stderr_.restore();
    std::istringstream in{text.get()};
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('{')) lines_.push_back(nlohmann::json::parse(line));
    }
    return lines_;
  }

 private:
  static std::array<int, 2> full(int flags) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
    while (::write(ends[1], "\n", 1) == 1) continue;
    ::fcntl(ends[0], F_SETFL, 0);
    ::fcntl(ends[1], F_SETFL, flags);
    return ends;
  }
  std::string read_to_end() const {
    std::string got;
    std::array<char, 4'096> some{};
    while (const auto n = ::read(ends_[0], some.data(), some.size())) {
      got.append(some.data(), static_cast<std::size_t>(n));
    }
    return got;
  }

  std::array<int, 2> ends_;
  replaced_stderr stderr_;
  std::vector<nlohmann::json> lines_;
  bool is_read_ = false;
};

std::string name_of(std::size_t i) { return "event_" + std::to_string(i); }

}  // namespace

TEST_CASE("a log line is one JSON object with time and level and event and typed fields") {
  captured_log captured{log_level::info, log_format::json};
  std::string host = "0.0.0.0";
  log::info("listening", {{"host", host}, {"port", 4000}, {"share", 0.5}, {"demo", true}});
  auto line = captured.only();
  CHECK(line["level"] == "info");
  CHECK(line["event"] == "listening");
  CHECK(line["host"] == "0.0.0.0");
  CHECK(line["port"] == 4000);
  CHECK(line["share"] == 0.5);
  CHECK(line["demo"] == true);
  CHECK(shape_of(line["time"]) == "0000-00-00T00:00:00.000Z");
}

TEST_CASE("a value from a client is escaped inside its JSON string") {
  captured_log captured{log_level::info, log_format::json};
  std::string evil = "a\"},\n{\"level\":\"\x01\xff%v{}";
  log::warning("bad_request", {{"target", evil}});
  auto line = captured.only();
  CHECK(line["level"] == "warning");
  CHECK(line["target"] == "a\"},\n{\"level\":\"\x01\xEF\xBF\xBD%v{}");
}

TEST_CASE("large and negative numbers are written in full") {
  captured_log captured{log_level::info, log_format::json};
  log::info("numbers", {{"most", ~std::uint64_t{0}}, {"least", std::int64_t{-5}}});
  CHECK(captured.only()["most"] == ~std::uint64_t{0});
  CHECK(captured.only()["least"] == -5);
}

TEST_CASE("lines below the level are not written") {
  captured_log captured{log_level::warning, log_format::json};
  log::debug("quiet");
  log::info("quiet");
  log::warning("said");
  log::error("said");
  CHECK(captured.lines().size() == 2);
}

TEST_CASE("the log level can change at run time") {
  captured_log captured{log_level::warning, log_format::json};
  log::info("before");
  log::set_level(log_level::info);
  log::info("between");
  log::set_level(log_level::error);
  log::warning("after");
  CHECK(captured.only()["event"] == "between");
}

TEST_CASE("connection and user and topic are logged under fixed keys") {
  captured_log captured{log_level::info, log_format::json};
  const topic room{"room:1"};
  log::info("evicted",
            {log::of(make_connection_id(loop_id{3}, 17)), log::of_user("ann"), log::of(room)});
  auto line = captured.only();
  CHECK(line["connection"] == "3-17");
  CHECK(line["user"] == "ann");
  CHECK(line["topic"] == "room:1");
}

TEST_CASE("a user without a name is omitted from a log line") {
  captured_log captured{log_level::info, log_format::json};
  log::info("malformed", {log::of_user(""), {"reason", ""}});
  CHECK_FALSE(captured.only().contains("user"));
  CHECK(captured.only()["reason"] == "");
}

TEST_CASE("a line in text format has the event and its fields with strings in quotes") {
  captured_log captured{log_level::debug, log_format::text};
  log::debug("joined", {{"topic", "room:1 x"}, {"members", 3}});
  REQUIRE(captured.lines().size() == 1);
  CHECK(shape_of(captured.lines().front()) ==
        "0000-00-00T00:00:00.000Z debug   joined topic=\"room:0 x\" members=0");
}

TEST_CASE("a flood of lines is limited and the number of dropped lines is logged") {
  captured_log captured{log_level::info, log_format::json};
  for (std::uint32_t i = 0; i < log::lines_per_second_max * 3; ++i) log::info("flood");
  log::finish();
  std::size_t floods = 0;
  std::uint64_t dropped = 0;
  for (const auto& text : captured.lines()) {
    auto line = nlohmann::json::parse(text);
    if (line["event"] == "flood") ++floods;
    if (line["event"] == "log_lines_dropped") {
      CHECK(line["of"] == "flood");
      dropped += line["lines"].get<std::uint64_t>();
    }
  }
  CHECK(dropped > 0);
  CHECK(floods + dropped == log::lines_per_second_max * 3);
}

TEST_CASE("a blocked stderr blocks no caller, and gets all lines in order when it is read") {
  full_pipe pipe{GENERATE(0, O_NONBLOCK)};
  const auto before = log::lines_dropped();
  for (std::size_t i = 0; i < 100; ++i) log::info(name_of(i), {{"text", std::string(3'000, 'x')}});
  CHECK_FALSE(log::finish(1ms));
  REQUIRE(pipe.read().size() == 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK(pipe.read()[i]["event"] == name_of(i));
  CHECK(log::lines_dropped() == before);
}

TEST_CASE("the bytes of the lines that wait are bounded, and a line reports the dropped ones") {
  const std::string text(GENERATE(0, 10'000), 'x');
  const std::size_t events = 500;
  const std::size_t each = text.empty() ? log::lines_per_second_max : 1;
  full_pipe pipe{0};
  const auto before = log::lines_dropped();
  for (std::size_t i = 0; i < events * each; ++i) log::info(name_of(i % events), {{"text", text}});
  const auto dropped = log::lines_dropped() - before;
  CHECK(dropped > 0);
  const auto lines = pipe.read();
  // A slow run has several reports: one is written every two seconds.
  std::size_t reports = 0;
  std::size_t reported = 0;
  for (const auto& line : lines) {
    if (line["event"] != "log_lines_dropped") continue;
    CHECK(line["of"] == "*");
    reported += line["lines"].get<std::size_t>();
    ++reports;
  }
  CHECK(reports > 0);
  CHECK(reported == dropped);
  CHECK(lines.size() - reports == events * each - dropped);
  CHECK((lines.size() - reports) * (text.size() + 512) < std::size_t{2} << 20);
}

TEST_CASE("a line that fails to be written is counted as dropped") {
  const replaced_stderr full{::open("/dev/full", O_WRONLY)};
  const auto before = log::lines_dropped();
  log::info("nowhere");
  CHECK(log::finish(replaced_stderr::long_enough));
  CHECK(log::lines_dropped() == before + 1);
}

TEST_CASE("the threads of the log block every signal, and their owner no more than before") {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  log::finish();
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  std::size_t threads = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    if (task.path().filename() == std::to_string(::getpid())) continue;
    ++threads;
    std::ifstream status{task.path() / "status"};
    std::string line;
    while (std::getline(status, line) && !line.starts_with("SigBlk:")) continue;
    const auto blocked = std::stoull(line.substr(7), nullptr, 16);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE}) {
      CHECK((blocked >> (signal - 1) & 1) == 1);
      CHECK(sigismember(&after, signal) == sigismember(&before, signal));
    }
  }
  CHECK(threads >= 2);
}
