// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/line_queue.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace std::chrono_literals;
using roost::log::line_queue;
using roost::log::write_all;

namespace {

constexpr auto long_enough = 30s;

/// An output that blocks all writes until it is opened.
class blocked_output {
 public:
  explicit blocked_output(line_queue::queue_bounds bounds = {}) {
    queue_ = std::make_unique<line_queue>(
        line_queue::writer_callbacks{
            .write = [this](std::string_view text) { return write(text); },
            .describe_loss = [](std::uint64_t n) { return "lost " + std::to_string(n); },
            .task = [this] { ++task_runs_; }},
        bounds);
  }
  ~blocked_output() {
    open();
    queue_.reset();
  }
  blocked_output(const blocked_output&) = delete;
  blocked_output& operator=(const blocked_output&) = delete;

  void open() {
    if (!std::exchange(is_open_, true)) opened_.set_value();
  }
  void await_first_write() { began_.get_future().wait(); }
  line_queue& queue() { return *queue_; }
  /// The written lines; valid after a flush.
  const std::vector<std::string>& lines() const { return lines_; }
  int task_runs() const { return task_runs_; }

 private:
  bool write(std::string_view text) {
    if (!std::exchange(has_begun_, true)) began_.set_value();
    when_open_.wait();
    lines_.emplace_back(text);
    return text != "bad";
  }

  std::promise<void> opened_;
  std::shared_future<void> when_open_{opened_.get_future()};
  std::promise<void> began_;
  bool is_open_ = false;
  bool has_begun_ = false;
  std::vector<std::string> lines_;
  std::atomic<int> task_runs_{0};
  std::unique_ptr<line_queue> queue_;
};

using texts = std::vector<std::string>;

/// The signals that the calling thread blocks.
sigset_t blocked_signals() {
  sigset_t out;
  pthread_sigmask(SIG_BLOCK, nullptr, &out);
  return out;
}

}  // namespace

TEST_CASE("lines are written in the order in which they were queued") {
  blocked_output output;
  output.open();
  texts wanted;
  for (int i = 0; i < 1'000; ++i) {
    wanted.push_back(std::to_string(i));
    output.queue().push(wanted.back());
  }
  CHECK(output.queue().flush(long_enough));
  CHECK(output.lines() == wanted);
  CHECK(output.queue().lost() == 0);
}

TEST_CASE("a blocked output does not block logging and makes a flush time out") {
  blocked_output output;
  output.queue().push("a");
  output.await_first_write();
  output.queue().push("b");
  CHECK_FALSE(output.queue().flush(1ms));
  output.open();
  CHECK(output.queue().flush(long_enough));
  CHECK(output.lines() == texts{"a", "b"});
}

TEST_CASE("lines above the bound are dropped and replaced by a line with their number") {
  blocked_output output{{.lines_max = 4, .bytes_max = 1'000}};
  output.queue().push("writing");
  output.await_first_write();
  for (const auto* each : {"1", "2", "3", "4", "5", "6", "7"}) output.queue().push(each);
  CHECK(output.queue().lost() == 3);
  output.open();
  CHECK(output.queue().flush(long_enough));
  output.queue().push("8");
  CHECK(output.queue().flush(long_enough));
  CHECK(output.lines() == texts{"writing", "1", "2", "3", "4", "lost 3", "8"});
}

TEST_CASE("the bytes of the queued lines are bounded") {
  blocked_output output{{.lines_max = 1'000, .bytes_max = 100}};
  output.queue().push("writing");
  output.await_first_write();
  for (int i = 0; i < 10; ++i) output.queue().push(std::string(30, 'x'));
  CHECK(output.queue().lost() == 7);
  output.open();
  CHECK(output.queue().flush(long_enough));
  output.queue().push(std::string(101, 'y'));
  CHECK(output.queue().flush(long_enough));
  CHECK(output.lines().back() == "lost 1");
  CHECK(output.lines().size() == 6);
}

TEST_CASE("a line that fails to be written is counted as lost and the next one is written") {
  blocked_output output;
  output.open();
  output.queue().push("bad");
  output.queue().push("good");
  CHECK(output.queue().flush(long_enough));
  CHECK(output.lines() == texts{"bad", "good"});
  CHECK(output.queue().lost() == 1);
}

TEST_CASE("the task runs without a new line and once for several reminders") {
  blocked_output output;
  output.queue().push("before");
  output.await_first_write();
  for (int i = 0; i < 5; ++i) output.queue().schedule_task(1ms);
  output.open();
  while (output.task_runs() == 0) std::this_thread::yield();
  output.queue().push("after");
  CHECK(output.queue().flush(long_enough));
  CHECK(output.task_runs() == 1);
  CHECK(output.lines() == texts{"before", "after"});
}

TEST_CASE("the thread of a queue blocks every signal and that of its owner no more than before") {
  std::promise<sigset_t> blocked;
  const auto before = blocked_signals();
  line_queue queue{{.write =
                        [&](std::string_view) {
                          blocked.set_value(blocked_signals());
                          return true;
                        },
                    .describe_loss = [](std::uint64_t) { return std::string{}; },
                    .task = [] {}}};
  queue.push("line");
  const auto in_queue = blocked.get_future().get();
  const auto after = blocked_signals();
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    CAPTURE(signal);
    CHECK(sigismember(&after, signal) == sigismember(&before, signal));
    // No thread can block these, and the C library uses the signals below SIGRTMIN itself.
    if (signal == SIGKILL || signal == SIGSTOP || (signal > 31 && signal < SIGRTMIN)) continue;
    CHECK(sigismember(&in_queue, signal) == 1);
  }
}

TEST_CASE("a text is written completely even if the descriptor is nonblocking") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
  const std::string text(300'000, 'x');  // more than the pipe's buffer
  auto writing = std::async(std::launch::async, [&] {
    const bool done = write_all(ends[1], text);
    ::close(ends[1]);
    return done;
  });
  std::string got;
  std::array<char, 4'096> some{};
  for (;;) {
    const auto n = ::read(ends[0], some.data(), some.size());
    if (n == 0) break;
    if (n > 0) got.append(some.data(), static_cast<std::size_t>(n));
  }
  CHECK(writing.get());
  CHECK(got == text);
  ::close(ends[0]);
  CHECK_FALSE(write_all(-1, "nowhere"));
}
