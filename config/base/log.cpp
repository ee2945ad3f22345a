#include "config/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "config/base/flood_gate.hpp"

namespace roost::log {
namespace {

using level = spdlog::level::level_enum;

// Bytes that are not UTF-8 come from clients: they are replaced, never thrown about.
std::string quoted(std::string_view text) {
  using json = nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string written(const field::value_type& value) {
  auto write = [](const auto& v) -> std::string {
    using held = std::remove_cvref_t<decltype(v)>;
    if constexpr (std::is_same_v<held, std::string_view>) {
      return quoted(v);
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

/// Owns: the spdlog logger and the sampler. Runs on: any thread; spdlog's sink and `mutex` lock.
/// Ends: with the process.
class writer {
 public:
  writer() { configure("info", "json", nullptr); }

  void configure(std::string_view level_name, std::string_view format, std::ostream* to) {
    is_json_ = format != "text";
    spdlog::sink_ptr sink;
    if (to) {
      sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*to, true);
    } else {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
    logger_ = std::make_shared<spdlog::logger>("roost", std::move(sink));
    set_level(level_name);
    const char* pattern = is_json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                   : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    gate_ = flood_gate{lines_per_second_max};
  }

  void set_level(std::string_view level_name) {
    logger_->set_level(spdlog::level::from_str(std::string{level_name}));
  }

  void write(level at, std::string_view event, fields with) {
    if (!logger_->should_log(at)) return;
    bool admitted = false;
    auto now = flood_gate::time_point::clock::now();
    for (const auto& [name, lines] : pass(event, now, admitted)) say_dropped(name, lines);
    if (admitted) logger_->log(at, line(event, with));
  }

  void finish() {
    std::unique_lock lock{mutex_};
    auto dropped = gate_.take_dropped(flood_gate::time_point::max());
    gate_ = flood_gate{lines_per_second_max};
    lock.unlock();
    for (const auto& [name, lines] : dropped) say_dropped(name, lines);
    logger_->flush();
  }

 private:
  std::vector<flood_gate::dropped> pass(std::string_view event, flood_gate::time_point now,
                                        bool& admitted) {
    std::lock_guard lock{mutex_};
    admitted = gate_.admit(event, now);
    return gate_.take_dropped(now);
  }

  void say_dropped(const std::string& name, std::uint64_t lines) {
    logger_->log(level::warn, line("log_lines_dropped", {{"of", name}, {"lines", lines}}));
  }

  std::string line(std::string_view event, fields with) const {
    auto out = is_json_ ? "\"event\":" + quoted(event) : std::string{event};
    for (const auto& f : with) {
      out += is_json_ ? "," + quoted(f.key()) + ":" : " " + std::string{f.key()} + "=";
      out += written(f.value());
    }
    return out;
  }

  bool is_json_ = true;
  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  flood_gate gate_{lines_per_second_max};
};

writer& the_writer() {
  static writer one;
  return one;
}

}  // namespace

void init(std::string_view level_name, std::string_view format, std::ostream* to) {
  the_writer().configure(level_name, format, to);
}
void set_level(std::string_view level_name) { the_writer().set_level(level_name); }
void debug(std::string_view event, fields with) { the_writer().write(level::debug, event, with); }
void info(std::string_view event, fields with) { the_writer().write(level::info, event, with); }
void warning(std::string_view event, fields with) { the_writer().write(level::warn, event, with); }
void error(std::string_view event, fields with) { the_writer().write(level::err, event, with); }
void finish() { the_writer().finish(); }

}  // namespace roost::log
