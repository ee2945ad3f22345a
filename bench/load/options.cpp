// SPDX-License-Identifier: Apache-2.0
#include "bench/load/options.hpp"

#include <cstdio>
#include <string_view>

#include "bench/read_number.hpp"

namespace roost::bench {
namespace {

bool read_word(std::string_view name, std::string_view value, options& o) {
  if (name == "--scenario") {
    o.scenario = value;
    return true;
  }
  if (name == "--dialect" && (value == "phoenix" || value == "bare")) {
    o.protocol = value == "bare" ? dialect::bare : dialect::phoenix;
    return true;
  }
  if (name == "--poll" && (value == "busy" || value == "block")) {
    o.polls_busy = value == "busy";
    return true;
  }
  return false;
}

bool read_option(std::string_view name, std::string_view value, options& o) {
  if (name == "--port") return read_number<std::uint16_t>(value, o.port, 1, 65535);
  if (name == "--other-port") return read_number<std::uint16_t>(value, o.other_port, 1, 65535);
  if (name == "--connections") return read_number(value, o.connections, 1U, 20'000U);
  if (name == "--rooms") return read_number(value, o.rooms, 1U, 200'000U);
  if (name == "--window") return read_number(value, o.window, 1U, 64U);
  if (name == "--opening") return read_number(value, o.opening_max, 1U, 4'096U);
  if (name == "--rate") return read_number(value, o.rate, 1U, 1'000U);
  if (name == "--rounds") return read_number(value, o.rounds, 1U, 100U);
  if (name == "--steady") return read_number(value, o.steady, 1U, 1'000U);
  if (name == "--gone-ms") return read_number(value, o.gone_ms, 1U, 60'000U);
  if (name == "--seconds") return read_number(value, o.seconds, 0.1, 600.0);
  if (name == "--warmup") return read_number(value, o.warmup, 0.0, 60.0);
  if (name == "--settle") return read_number(value, o.settle, 0.0, 60.0);
  if (name == "--server-pid") return read_number(value, o.server_pid, 1, 1 << 30);
  if (name == "--kill-pid") return read_number(value, o.kill_pid, 2, 1 << 30);
  return read_word(name, value, o);
}

}  // namespace

std::optional<options> parse_options(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !read_option(argv[i], argv[i + 1], o)) {
      std::fprintf(stderr, "bench_load: bad option %s\n", argv[i]);
      return std::nullopt;
    }
  }
  if (o.port == 0 || o.scenario.empty()) {
    std::fprintf(stderr, "bench_load: --scenario and --port are required\n");
    return std::nullopt;
  }
  return o;
}

}  // namespace roost::bench
