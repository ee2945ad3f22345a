// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/message_header.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster::wire {

namespace {

constexpr std::size_t length_at = 2;

std::size_t length_in(std::string_view header) {
  std::size_t out = 0;
  for (std::size_t i = header_bytes; i-- > length_at;) {
    out = out << 8U | static_cast<unsigned char>(header[i]);
  }
  return out;
}

/// Whether this is one whole message of a format that this version does not know.
bool is_of_new_format(std::string_view all) {
  constexpr auto newest = static_cast<unsigned char>(newest_format);
  constexpr unsigned char last = 0xBF;  // see `format`
  const auto first = static_cast<unsigned char>(all.front());
  return first > newest && first <= last && all.size() >= header_bytes && all[1] != 0 &&
         length_in(all) == all.size() - header_bytes;
}

slice take_front(slice& input, std::size_t size) {
  slice out{input.whole, input.begin, static_cast<std::uint32_t>(size)};
  input.begin += out.size;
  input.size -= out.size;
  return out;
}

}  // namespace

std::size_t begin_message(byte_writer& out, format kind) {
  const auto begin = out.size();
  out.byte(static_cast<std::uint8_t>(kind));
  out.byte(version);
  out.fixed(std::uint32_t{0});
  return begin;
}

bool end_message(byte_writer& out, std::size_t begin, std::size_t bytes_max) {
  const auto size = out.size() - begin;
  if (size > bytes_max) {
    out.cut(begin);
    return false;
  }
  out.overwrite(begin + length_at, static_cast<std::uint32_t>(size - header_bytes));
  return true;
}

decoded<slice> only_message(slice input, format kind, std::size_t bytes_max) {
  auto found = take_message(input, std::span{&kind, 1}, bytes_max);
  if (found && input.size > 0) found.why = wire_error::malformed;
  return {std::move(found.value.contents), found.why};
}

decoded<framed> take_message(slice& input, std::span<const format> expected,
                             std::size_t bytes_max) {
  const auto refuse = [&input](wire_error why) {
    input = {};
    return decoded<framed>{{}, why};
  };
  const auto all = input.view();
  if (all.empty()) return refuse(wire_error::truncated);
  const auto kind = static_cast<format>(static_cast<unsigned char>(all.front()));
  if (std::ranges::find(expected, kind) == expected.end()) {
    return refuse(is_of_new_format(all) ? wire_error::future : wire_error::foreign);
  }
  if (all.size() < header_bytes) return refuse(wire_error::truncated);
  const auto length = length_in(all);
  if (length > bytes_max - header_bytes) return refuse(wire_error::oversized);
  if (length > all.size() - header_bytes) return refuse(wire_error::truncated);
  take_front(input, header_bytes);
  decoded<framed> out{{kind, take_front(input, length)}, wire_error::none};
  const auto written = static_cast<unsigned char>(all[1]);
  if (written > version) out.why = wire_error::future;
  if (written == 0) out.why = wire_error::malformed;
  return out;
}

}  // namespace roost::cluster::wire
