// SPDX-License-Identifier: Apache-2.0
#include "bench/store/store_options.hpp"

#include <cstdio>
#include <string_view>

#include "bench/read_number.hpp"

namespace roost::bench {
namespace {

bool read_store_option(std::string_view name, std::string_view value, store_options& o) {
  if (name == "--rooms") return read_number(value, o.rooms, 1U, 20'000U);
  if (name == "--shards") return read_number<std::uint32_t>(value, o.shards, 1, 256);
  if (name == "--bytes") return read_number(value, o.bytes, 16U, 65'536U);
  if (name == "--messages") return read_number(value, o.messages, 1U, 1'000'000U);
  if (name == "--seconds") return read_number(value, o.seconds, 0.1, 600.0);
  if (name == "--warmup") return read_number(value, o.warmup, 0.0, 60.0);
  if (name == "--nats") o.nats = value;
  if (name == "--scenario") o.scenario = value;
  return name == "--nats" || name == "--scenario";
}

}  // namespace

std::optional<store_options> parse_store_options(int argc, char** argv) {
  store_options o;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !read_store_option(argv[i], argv[i + 1], o)) {
      std::fprintf(stderr, "bench_log_store: bad option %s\n", argv[i]);
      return std::nullopt;
    }
  }
  const bool is_known = o.scenario == "pushes" || o.scenario == "take_over";
  if (o.nats.empty() || !is_known) {
    std::fprintf(stderr, "bench_log_store: --nats and --scenario pushes|take_over are required\n");
    return std::nullopt;
  }
  return o;
}

}  // namespace roost::bench
