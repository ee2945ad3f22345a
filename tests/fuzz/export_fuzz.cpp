// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reading of an export: it ends in the same parts and the same text however it is split,
// and an accepted export is equal after it was written again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/transfer/export_format.hpp"
#include "cluster/transfer/export_rules.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

void require(bool is_true) {
  if (!is_true) std::abort();
}

struct read_export {
  std::vector<export_part> parts;
  std::string problem;  // empty: accepted
};

read_export read(std::string_view text, std::size_t at_once) {
  export_decoder decoder;
  export_rules rules;
  read_export out;
  while (!text.empty() && out.problem.empty()) {
    decoder.take(text.substr(0, at_once));
    text.remove_prefix(std::min(at_once, text.size()));
    while (auto part = decoder.next()) {
      if (out.problem.empty()) out.problem = rules.problem_with(*part);
      out.parts.push_back(std::move(*part));
    }
  }
  const bool is_whole = decoder.end();
  require(is_whole == decoder.problem().empty());
  if (out.problem.empty()) out.problem = decoder.problem();
  if (out.problem.empty()) require(rules.identity().has_value());
  return out;
}

std::string written(const std::vector<export_part>& parts) {
  wire::byte_writer out;
  export_encoder encoder;
  export_encoder::begin(out);
  for (const auto& each : parts) encoder.add(each, out);
  return std::string(out.view());
}

void check(std::string_view text) {
  const auto whole = read(text, text.size() + 1);
  const auto split = read(text, 7);
  require(whole.problem.empty() == split.problem.empty());
  if (!whole.problem.empty()) return;
  require(split.parts.size() == whole.parts.size());
  require(written(whole.parts) == text);
}

/// The parts of the input, however it is damaged, with right lengths and checksums: kind, length of
/// one byte, contents.
std::string sealed(std::string_view text) {
  std::string out(export_title);
  out += "1\n";
  export_checksum checksum;
  while (text.size() >= 2) {
    const auto length = static_cast<unsigned char>(text[1]);
    const auto contents = text.substr(2, length);
    std::string part(1, text[0]);
    for (unsigned i = 0; i < 4; ++i) {
      part.push_back(static_cast<char>(contents.size() >> (8 * i) & 255U));
    }
    part += contents;
    const auto sum = checksum.next(part);
    out += part;
    for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<char>(sum >> (8 * i) & 255U));
    text.remove_prefix(2 + contents.size());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check(text);
  check(sealed(text));  // a mutation rarely has a valid checksum
  return 0;
}
