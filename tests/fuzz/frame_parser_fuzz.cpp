// SPDX-License-Identifier: Apache-2.0
// Fuzzes the frame parser: no memory error, the size limit holds, and a split stream gives the same
// result as the whole stream. The first byte of the input seeds the splits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/protocol/json/json_check.hpp"
#include "net/websocket/frame_parser.hpp"

namespace {

using roost::net::is_utf8;
using roost::net::websocket::frame_parser;
using roost::net::websocket::parsed_kind;

constexpr std::size_t message_bytes_max = 4096;

void demand(bool holds) {
  if (!holds) std::abort();
}

/// Records the parser's results as one comparable text.
class listener {
 public:
  // Returns false after a failure.
  bool feed(std::string_view piece) {
    for (;;) {
      const auto before = piece.size();
      const auto next = parser_.next(piece, message_bytes_max);
      demand(piece.size() <= before);
      if (next.kind == parsed_kind::need_more) {
        demand(piece.empty());
        return true;
      }
      heard_ += static_cast<char>('0' + static_cast<int>(next.kind));
      if (next.kind == parsed_kind::failure) {
        heard_ += std::to_string(static_cast<int>(next.why));
        return false;
      }
      const auto data = next.data->view();
      demand(data.size() <= message_bytes_max);
      demand(next.kind != parsed_kind::text || is_utf8(data));
      heard_ += std::to_string(data.size()) + ":";
      heard_ += data;
    }
  }
  const std::string& heard() const { return heard_; }

 private:
  frame_parser parser_;
  std::string heard_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint32_t seed = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  listener whole;
  whole.feed(bytes);
  listener split;
  for (std::string_view rest = bytes; !rest.empty();) {
    seed = seed * 1'664'525U + 1'013'904'223U;
    const auto piece = rest.substr(0, 1 + (seed >> 24) % 23);
    rest.remove_prefix(piece.size());
    if (!split.feed(piece)) break;
  }
  demand(whole.heard() == split.heard());
  return 0;
}
