// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/telemetry/flood_gate.hpp"
#include "config/telemetry/line_queue.hpp"

namespace roost::log {
namespace {

/// Delay after a dropped line until the dropped lines are reported.
constexpr std::chrono::milliseconds sweep_after{1'000};

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

/// An spdlog sink that formats messages and pushes the lines into a line_queue.
/// Owns: its formatter. Runs on: any thread; spdlog locks. Ends: with its logger.
class queue_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit queue_sink(line_queue& to) : to_(to) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    to_.push({text.data(), text.size()});
  }
  void flush_() override {}

  line_queue& to_;
};

/// The log of the process. Owns: the spdlog logger, the rate limiter, and the queue to stderr.
/// Runs on: any thread; `mutex_` locks. Ends: never, because the queue's thread may be blocked in
/// write() until the process exits.
class writer {
 public:
  writer()
      : queue_({.write = [](std::string_view text) { return write_all(STDERR_FILENO, text); },
                .describe_loss = [this](std::uint64_t lines) { return lost_line(lines); },
                .task = [this] { sweep(); }}) {
    configure(log_level::info, log_format::json, nullptr);
  }

  void configure(log_level level_min, log_format format, std::ostream* to) {
    spdlog::sink_ptr sink;
    if (to) {
      sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*to, true);
    } else {
      sink = std::make_shared<queue_sink>(queue_);
    }
    const std::lock_guard lock{mutex_};
    is_json_ = format == log_format::json;
    is_queued_ = !to;
    logger_ = std::make_shared<spdlog::logger>("roost", std::move(sink));
    set_level(level_min);
    const char* pattern = is_json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                   : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
    formatter_ =
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n");
    logger_->set_formatter(formatter_->clone());
    gate_ = flood_gate{lines_per_second_max};
  }

  void set_level(log_level level_min) { logger_->set_level(level_of(level_min)); }

  void write(level at, std::string_view event, fields with) {
    if (!logger_->should_log(at)) return;
    bool admitted = false;
    auto now = flood_gate::time_point::clock::now();
    report_dropped(*logger_, admit(event, now, admitted));
    if (admitted) {
      logger_->log(at, line(event, with));
    } else {
      sampled_.fetch_add(1, std::memory_order_relaxed);
      if (is_queued_) queue_.schedule_task(sweep_after);
    }
  }

  bool finish(std::chrono::milliseconds timeout) {
    std::unique_lock lock{mutex_};
    auto dropped = gate_.take_dropped(flood_gate::time_point::max());
    gate_ = flood_gate{lines_per_second_max};
    lock.unlock();
    report_dropped(*logger_, dropped);
    logger_->flush();
    return !is_queued_ || queue_.flush(timeout);
  }

  std::uint64_t dropped() const { return queue_.lost() + sampled_.load(std::memory_order_relaxed); }

 private:
  using dropped_lines = std::vector<flood_gate::dropped>;

  dropped_lines admit(std::string_view event, flood_gate::time_point now, bool& admitted) {
    std::lock_guard lock{mutex_};
    admitted = gate_.admit(event, now);
    return gate_.take_dropped(now);
  }

  /// Reports dropped lines even if the event is not logged again. Runs on the queue's thread.
  void sweep() {
    std::unique_lock lock{mutex_};
    if (!is_queued_) return;
    const auto logger = logger_;
    const auto dropped = gate_.take_dropped(flood_gate::time_point::clock::now());
    const bool goes_on = gate_.has_dropped();
    lock.unlock();
    report_dropped(*logger, dropped);
    if (goes_on) queue_.schedule_task(sweep_after);
  }

  void report_dropped(spdlog::logger& to, const dropped_lines& dropped) const {
    for (const auto& [name, lines] : dropped) {
      to.log(level::warn, line("log_lines_dropped", {{"of", name}, {"lines", lines}}));
    }
  }

  /// Formats the line that reports `lines` lost lines. Runs on the queue's thread.
  std::string lost_line(std::uint64_t lines) {
    const auto text = line("log_lines_dropped", {{"of", "*"}, {"lines", lines}});
    const std::lock_guard lock{mutex_};
    spdlog::memory_buf_t out;
    formatter_->format(spdlog::details::log_msg("roost", level::warn, text), out);
    return {out.data(), out.size()};
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

  std::atomic<bool> is_json_{true};
  std::atomic<bool> is_queued_{true};
  std::atomic<std::uint64_t> sampled_{0};
  std::shared_ptr<spdlog::logger> logger_;
  std::unique_ptr<spdlog::formatter> formatter_;
  std::mutex mutex_;
  flood_gate gate_{lines_per_second_max};
  line_queue queue_;
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
