// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/transcript.hpp"

#include <cstdio>
#include <ostream>
#include <streambuf>

#include "config/telemetry/log.hpp"

namespace roost::sim {

void transcript::note(long long at_ms, int client, std::string_view verb, std::string_view text) {
  if (!is_shown_) return;
  std::printf("%8lld ms  client %d %.*s %.*s\n", at_ms, client, static_cast<int>(verb.size()),
              verb.data(), static_cast<int>(text.size()), text.data());
}

void be_quiet() {
  struct nowhere final : std::streambuf {
    int_type overflow(int_type c) override { return c == traits_type::eof() ? 0 : c; }
  };
  static nowhere drain;
  static std::ostream into(&drain);
  log::init(log_level::error, log_format::json, &into);
}

}  // namespace roost::sim
