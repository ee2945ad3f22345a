// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/log.hpp"

#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/periodic_worker.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "config/telemetry/flood_gate.hpp"

namespace roost::log {
namespace {

/// The bound of the lines that wait for stderr. Each counts its text and `line_bytes`: its place in
/// spdlog's queue.
constexpr std::size_t bytes_max = std::size_t{2} << 20;
constexpr std::size_t line_bytes = 512;
static_assert(sizeof(spdlog::details::async_msg) <= line_bytes);

using level = spdlog::level::level_enum;

level level_of(log_level level_min) {
  constexpr std::array levels{level::debug, level::info, level::warn, level::err};
  return levels[static_cast<std::size_t>(level_min)];
}

// Replace invalid UTF-8, which clients can send; by default nlohmann::json would throw.
std::string quoted(std::string_view text) {
  using json = nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string written(const field::value_type& value) {
  auto write = [](const auto& v) -> std::string {
    using held = std::remove_cvref_t<decltype(v)>;
    if constexpr (std::is_same_v<held, std::string_view>) {
      return quoted(v);
    } else if constexpr (std::is_same_v<held, std::monostate>) {
      return "null";
    } else if constexpr (std::is_same_v<held, connection_id>) {
      constexpr auto serial_bits = (std::uint64_t{1} << 48) - 1;
      return "\"" + std::to_string(loop_of(v).value) + "-" + std::to_string(v.value & serial_bits) +
             "\"";
    } else {
      return nlohmann::json(v).dump();
    }
  };
  return std::visit(write, value);
}

/// Writes the whole text to stderr and blocks as long as it takes. False: write() failed.
bool write_all(std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(STDERR_FILENO, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      // Another process that shares stderr made it non-blocking: wait, then retry.
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// Lines on their way to stderr. The log adds to it, the sink subtracts.
struct queued_lines {
  static std::size_t bytes_of(std::size_t text) { return text + line_bytes; }

  std::atomic<std::size_t> bytes{0};
  std::atomic<std::uint64_t> dropped{0};  ///< lines not written since the start
};

/// An spdlog sink that formats lines and writes them to stderr. Owns: its formatter. Runs on: the
/// thread of the queue. Ends: with its logger.
class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit stderr_sink(queued_lines& lines) : lines_(lines) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    if (!write_all({text.data(), text.size()})) ++lines_.dropped;
    lines_.bytes -= queued_lines::bytes_of(message.payload.size());
  }
  void flush_() override {}

  queued_lines& lines_;
};

/// The log of the process. Owns: the rate limiter, the spdlog logger, its queue with a thread that
/// writes to stderr, and a thread that reports dropped lines. Runs on: any thread; `mutex_` locks.
/// Ends: never, because the thread of the queue may be blocked in write() until the process exits.
class writer {
 public:
  // The threads block every signal, so that SIGTERM and SIGINT go to the thread that handles them.
  writer() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    queue_ = std::make_shared<spdlog::details::thread_pool>(bytes_max / line_bytes, 1);
    configure(log_level::info, log_format::json, nullptr);
    reporter_.emplace([this] { report(); }, std::chrono::seconds{1});
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void configure(log_level level_min, log_format format, std::ostream* to) {
    const std::lock_guard lock{mutex_};
    is_json_ = format == log_format::json;
    is_queued_ = !to;
    if (is_queued_) {
      logger_ = std::make_shared<spdlog::async_logger>(
          "roost", std::make_shared<stderr_sink>(lines_), queue_,
          spdlog::async_overflow_policy::overrun_oldest);
    } else {
      logger_ = std::make_shared<spdlog::logger>(
          "roost", std::make_shared<spdlog::sinks::ostream_sink_mt>(*to, true));
    }
    logger_->set_level(level::trace);
    const char* pattern = is_json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                   : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    gate_ = flood_gate{lines_per_second_max};
    set_level(level_min);
  }

  void set_level(log_level level_min) { level_min_ = level_of(level_min); }

  void write(level at, std::string_view event, fields with) {
    if (at < level_min_) return;
    const std::lock_guard lock{mutex_};
    if (!gate_.admit(event, clock::now())) {
      ++lines_.dropped;
    } else if (!push(at, line(event, with))) {
      ++lines_.dropped;
      ++lost_;
    }
  }

  bool finish(std::chrono::milliseconds timeout) {
    const auto until = clock::now() + timeout;
    std::unique_lock lock{mutex_};
    report_dropped(gate_.take_dropped(clock::time_point::max()));
    gate_ = flood_gate{lines_per_second_max};
    lock.unlock();
    if (!wait_until_written(until)) return false;
    lock.lock();
    report_lost();
    lock.unlock();
    return wait_until_written(until);
  }

  std::uint64_t dropped() const { return lines_.dropped; }

 private:
  using clock = std::chrono::steady_clock;

  /// Reports dropped lines, even if nothing else is logged.
  void report() {
    const std::lock_guard lock{mutex_};
    if (!is_queued_) return;
    report_dropped(gate_.take_dropped(clock::now()));
    report_lost();
  }

  void report_dropped(const std::vector<flood_gate::dropped>& dropped) {
    for (const auto& [name, lines] : dropped) {
      push(level::warn, line("log_lines_dropped", {{"of", name}, {"lines", lines}}));
    }
  }

  void report_lost() {
    if (lost_ == 0) return;
    if (push(level::warn, line("log_lines_dropped", {{"of", "*"}, {"lines", lost_}}))) lost_ = 0;
  }

  /// False: over bytes_max. Only lines within it reach spdlog's queue, so that never overflows.
  bool push(level at, const std::string& text) {
    const auto bytes = queued_lines::bytes_of(text.size());
    if (is_queued_) {
      if (lines_.bytes + bytes > bytes_max) return false;
      lines_.bytes += bytes;
    }
    logger_->log(at, text);
    return true;
  }

  bool wait_until_written(clock::time_point until) const {
    while (lines_.bytes > 0 && clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return lines_.bytes == 0;
  }

  std::string line(std::string_view event, fields with) const {
    auto out = is_json_ ? "\"event\":" + quoted(event) : std::string{event};
    for (const auto& f : with) {
      if (std::holds_alternative<std::monostate>(f.value())) continue;
      out += is_json_ ? "," + quoted(f.key()) + ":" : " " + std::string{f.key()} + "=";
      out += written(f.value());
    }
    return out;
  }

  std::mutex mutex_;
  std::atomic<level> level_min_{level::info};
  bool is_json_ = true;
  bool is_queued_ = true;
  queued_lines lines_;
  std::uint64_t lost_ = 0;  ///< dropped for lack of room and not reported yet
  flood_gate gate_{lines_per_second_max};
  std::shared_ptr<spdlog::details::thread_pool> queue_;
  std::shared_ptr<spdlog::logger> logger_;
  std::optional<spdlog::details::periodic_worker> reporter_;
};

writer& the_writer() {
  static auto& one = *new writer;
  return one;
}

}  // namespace

void init(log_level level_min, log_format format, std::ostream* to) {
  the_writer().configure(level_min, format, to);
}
void set_level(log_level level_min) { the_writer().set_level(level_min); }
void debug(std::string_view event, fields with) { the_writer().write(level::debug, event, with); }
void info(std::string_view event, fields with) { the_writer().write(level::info, event, with); }
void warning(std::string_view event, fields with) { the_writer().write(level::warn, event, with); }
void error(std::string_view event, fields with) { the_writer().write(level::err, event, with); }
bool finish(std::chrono::milliseconds timeout) { return the_writer().finish(timeout); }
std::uint64_t lines_dropped() { return the_writer().dropped(); }

}  // namespace roost::log
