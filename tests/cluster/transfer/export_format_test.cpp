// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_format.hpp"

#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

slice slice_from(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

const std::vector<export_part> all_kinds{
    export_parts::store{sequence{12}, sequence{1}, slice_from("identity")},
    export_parts::shard{shard_id{0}, sequence{4}, sequence{5}},
    export_parts::log_message{sequence{4}, slice_from("first")},
    export_parts::log_message{sequence{5}, slice_from("")},
    export_parts::snapshot{"room:1", sequence{12}, slice_from(std::string("a\0b", 3))},
    export_parts::end{2, 1}};

std::string encoded_parts(const std::vector<export_part>& parts) {
  wire::byte_writer out;
  export_encoder encoder;
  export_encoder::begin(out);
  for (const auto& each : parts) encoder.add(each, out);
  return std::string(out.view());
}

struct decoded_export {
  std::vector<export_part> parts;
  std::string problem;
};

decoded_export decode_export(std::string_view text, std::size_t at_once = 1'000'000) {
  export_decoder decoder;
  decoded_export out;
  while (!text.empty()) {
    decoder.take(text.substr(0, at_once));
    text.remove_prefix(std::min(at_once, text.size()));
    while (auto part = decoder.next()) out.parts.push_back(std::move(*part));
  }
  (void)decoder.end();
  out.problem = decoder.problem();
  return out;
}

}  // namespace

TEST_CASE("every kind of part is equal after encoding and decoding, however the bytes are split") {
  const auto bytes = encoded_parts(all_kinds);
  for (std::size_t at_once = 1; at_once < bytes.size(); at_once += 3) {
    const auto got = decode_export(bytes, at_once);
    REQUIRE(got.problem.empty());
    REQUIRE(got.parts.size() == all_kinds.size());
    REQUIRE(encoded_parts(got.parts) == bytes);
  }
  const auto got = decode_export(bytes);
  const auto& snapshot = std::get<export_parts::snapshot>(got.parts[4]);
  CHECK(snapshot.key == "room:1");
  CHECK(snapshot.at == sequence{12});
  CHECK(snapshot.data.view() == std::string("a\0b", 3));
  CHECK(std::get<export_parts::end>(got.parts[5]).log_messages == 2);
}

TEST_CASE("an export has the bytes of the documented format") {
  const auto bytes = encoded_parts({export_parts::end{2, 1}});
  const std::string part("\x05\x10\0\0\0\x02\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 21);
  REQUIRE(bytes.size() == 21 + part.size() + 8);
  CHECK(bytes.substr(0, 21) == "roost store export 1\n");
  CHECK(bytes.substr(21, part.size()) == part);
  const auto checksum = siphash<1, 3>::of({0x726f6f7374, 1}, part);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(static_cast<unsigned char>(bytes[21 + part.size() + i]) == (checksum >> (8 * i) & 255U));
  }
}

TEST_CASE("an export that is cut off anywhere is refused") {
  const auto bytes = encoded_parts(all_kinds);
  for (std::size_t left = 0; left < bytes.size(); ++left) {
    const auto got = decode_export(bytes.substr(0, left), 50);
    INFO(left << " of " << bytes.size() << " bytes");
    REQUIRE(got.problem.find("before its end mark: it was cut off") != std::string::npos);
  }
}

TEST_CASE("an export with any changed bit is refused") {
  const auto bytes = encoded_parts(all_kinds);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto changed = bytes;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ 1U << bit);
      INFO("bit " << bit << " of byte " << at);
      REQUIRE_FALSE(decode_export(changed).problem.empty());
    }
  }
}

TEST_CASE("a part that is missing, doubled or moved makes its export damaged") {
  const auto bytes = encoded_parts(all_kinds);
  std::vector<std::string> parts;
  std::vector<export_part> before;
  for (const auto& each : all_kinds) {
    const auto begin = encoded_parts(before).size();
    before.push_back(each);
    parts.push_back(bytes.substr(begin, encoded_parts(before).size() - begin));
  }
  const auto joined = [&](const std::vector<std::size_t>& order) {
    std::string out = bytes.substr(0, 21);
    for (const auto each : order) out += parts[each];
    return out;
  };
  REQUIRE(joined({0, 1, 2, 3, 4, 5}) == bytes);
  CHECK(decode_export(joined({0, 1, 3, 4, 5})).problem.find("damaged at byte") !=
        std::string::npos);
  CHECK(decode_export(joined({0, 1, 2, 2, 3, 4, 5})).problem.find("damaged") != std::string::npos);
  CHECK(decode_export(joined({0, 1, 3, 2, 4, 5})).problem.find("damaged") != std::string::npos);
}

TEST_CASE("bytes behind the end are refused, in the same read or in a later one") {
  const auto bytes = encoded_parts(all_kinds) + "x";
  CHECK(decode_export(bytes).problem == "bytes follow its end");
  CHECK(decode_export(bytes, bytes.size() - 1).problem == "bytes follow its end");
}

TEST_CASE("another file and a newer version are refused by name") {
  CHECK(decode_export("SQLite format 3").problem == "it is not an export of a store");
  CHECK(decode_export("roost store export 12345678901").problem ==
        "it is not an export of a store");
  CHECK(decode_export("roost store export 2\n").problem ==
        "it has version 2, and this program supports version 1: use a newer program");
}

TEST_CASE("a part that claims too many bytes is refused before they come") {
  auto bytes = encoded_parts({});
  bytes += std::string("\x03\xff\xff\xff\x7f", 5);
  CHECK(decode_export(bytes).problem == "it is damaged at byte 21");
}
