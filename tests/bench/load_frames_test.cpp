// SPDX-License-Identifier: Apache-2.0
#include "bench/load/load_frames.hpp"

#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost::bench;

namespace {

std::string frame_of(std::string_view payload) {
  std::string frame(1, '\x81');
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() < 65'536) {
    frame.push_back(126);
    frame.push_back(static_cast<char>(payload.size() >> 8));
    frame.push_back(static_cast<char>(payload.size() & 0xff));
  } else {
    frame.push_back(127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>(payload.size() >> shift & 0xff));
    }
  }
  return frame.append(payload);
}

}  // namespace

TEST_CASE("frames of every length encoding are parsed completely") {
  std::string bytes;
  for (const std::size_t size : {0U, 125U, 126U, 65'535U, 65'536U}) {
    bytes += frame_of(std::string(size, 'x'));
  }
  std::vector<std::size_t> sizes;
  std::size_t wire = 0;
  const auto used = walk_frames(bytes.data(), bytes.size(), [&](const server_frame& f) {
    sizes.push_back(f.payload.size());
    wire += f.wire_bytes;
  });
  CHECK(used == bytes.size());
  CHECK(wire == bytes.size());
  CHECK(sizes == std::vector<std::size_t>{0, 125, 126, 65'535, 65'536});
}

TEST_CASE("an incomplete frame is left for the next read") {
  const std::string first = frame_of("a");
  const std::string bytes = first + frame_of(std::string(200, 'b'));
  for (std::size_t size = first.size(); size < bytes.size(); ++size) {
    int count = 0;
    CHECK(walk_frames(bytes.data(), size, [&](const server_frame&) { ++count; }) == first.size());
    CHECK(count == 1);
  }
}

TEST_CASE("broadcasts are distinguished from replies and ok replies from errors") {
  const server_frame broadcast{1, R"([null,null,"room:1","msg",{}])", 0};
  const server_frame ok{1, R"(["1","2","r","phx_reply",{"status":"ok","response":{}}])", 0};
  const server_frame error{1, R"(["1","2","r","phx_reply",{"status":"error","response":{}}])", 0};
  CHECK(broadcast.is_delivery());
  CHECK_FALSE(ok.is_delivery());
  CHECK(ok.is_ok_reply());
  CHECK_FALSE(error.is_ok_reply());
}
