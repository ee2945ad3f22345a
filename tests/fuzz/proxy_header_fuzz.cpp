// SPDX-License-Identifier: Apache-2.0
// Fuzzes PROXY headers: the result is independent of how the bytes are split, and in bounds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/limits/forwarded.hpp"
#include "net/limits/proxy_header.hpp"

namespace {

using namespace roost;
using namespace roost::net::limits;
using parse_state = proxy_header::parse_state;

void require(bool is_true) {
  if (!is_true) std::abort();
}

proxy_header read_checked(std::string_view input) {
  const auto got = read_proxy_header(input);
  if (got.state == parse_state::complete) {
    require(got.bytes > 0 && got.bytes <= input.size() && got.bytes <= proxy_header_bytes_max);
  } else {
    require(got.bytes == 0 && !got.source);
  }
  if (got.state == parse_state::need_more) require(input.size() < proxy_header_bytes_max);
  return got;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto all = read_checked(input);
  bool is_known = false;
  for (std::size_t n = 0; n <= size; ++n) {
    const auto some = read_checked(input.substr(0, n));
    // After the result is known, further bytes do not change it.
    if (is_known) require(some.state != parse_state::need_more);
    if (some.state == parse_state::need_more) continue;
    is_known = true;
    require(some.state == all.state && some.bytes == all.bytes && some.source == all.source);
  }
  require(is_known == (all.state != parse_state::need_more));

  const address_bytes peer{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1};
  const trusted_proxies nobody({});
  require(client_of(peer, input, nobody) == peer);
  const trusted_proxies some({"10.0.0.0/8"});
  (void)client_of(peer, input, some);
  return 0;
}
