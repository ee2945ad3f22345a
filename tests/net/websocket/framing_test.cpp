// SPDX-License-Identifier: Apache-2.0
// Messages in the frames of a transport: net/websocket/frame_header.cpp.
#include <string>
#include <string_view>

#include "net/protocol/codec.hpp"
#include "net/websocket/frame_header.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/transport/outbox_messages.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace roost::net;
using tests::flat;

/// A frame as RFC 6455 section 5.2 wants it from a server.
std::string unmasked(unsigned opcode, const std::string& payload) {
  tests::frame_shape shape;
  shape.is_masked = false;
  return tests::client_frame(opcode, payload, shape);
}

/// Server-sent events: each line of the text in a field of its own (HTML standard, section 9.2.6).
std::string as_server_sent_event(std::string_view text) {
  std::string out = "data: ";
  for (const char c : text) c == '\n' ? out += "\ndata: " : out += c;
  return out + "\n\n";
}

}  // namespace

TEST_CASE("RFC 6455 5.2: a server frame is unmasked and has the shortest length form") {
  for (const std::size_t size : {0, 1, 125, 126, 65'535, 65'536, 300'000}) {
    const std::string payload(size, 'x');
    outbox box;
    box.push(encoded_ptr::copy(encoded_kind::binary, payload), 1'000'000);
    std::string sent;
    while (!box.empty()) {
      const auto bytes = flat(box, websocket::write_header);
      sent += bytes;
      box.consume(bytes.size(), websocket::write_header);
    }
    CHECK(sent == unmasked(2, payload));
  }
}

TEST_CASE("RFC 6455 5.2: the kind of a message is the opcode of its frame") {
  for (const auto code :
       {websocket::opcode::text, websocket::opcode::binary, websocket::opcode::close,
        websocket::opcode::ping, websocket::opcode::pong}) {
    const auto number = static_cast<std::uint8_t>(code);
    outbox box;
    box.push(encoded_ptr::copy(static_cast<encoded_kind>(number), "x"), 1'000);
    CHECK(flat(box, websocket::write_header) == unmasked(number, "x"));
  }
  CHECK(static_cast<std::uint8_t>(encoded_kind::pong) == 0xA);
}

TEST_CASE("one encoded message is framed for WebSocket and as a server-sent event") {
  const auto message =
      encode_broadcast({}, {"room:a"}, "msg", {"{\n\"n\": 1}", payload_kind::json}, nullptr);
  outbox websocket_box;
  websocket_box.push(message, 1'000);
  const std::string payload = "[null,null,\"room:a\",\"msg\",{\n\"n\": 1}]";
  CHECK(flat(websocket_box, websocket::write_header) == unmasked(1, payload));
  CHECK(as_server_sent_event(message->view()) ==
        "data: [null,null,\"room:a\",\"msg\",{\ndata: \"n\": 1}]\n\n");
}
