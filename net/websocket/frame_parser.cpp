// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frame_parser.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "config/base/heap_bytes.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/websocket/frame_header.hpp"
#include "net/websocket/utf8_check.hpp"

namespace roost::net::websocket {
namespace {

using kind = parsed_kind;

parsed failed(errc why) { return {kind::failure, {}, why}; }

kind kind_of(opcode code) {
  switch (code) {
    case opcode::text:
      return kind::text;
    case opcode::ping:
      return kind::ping;
    case opcode::pong:
      return kind::pong;
    case opcode::close:
      return kind::close;
    default:
      return kind::binary;
  }
}

/// A payload buffer that grows by doubling, but not beyond the bytes that the frame can still add.
class assembly {
 public:
  std::size_t size() const { return size_; }
  std::size_t held_bytes() const { return data_ ? heap_bytes(sizeof(bytes) + data_->size()) : 0; }

  char* grow(std::size_t more, std::uint64_t frame_bytes_left) {
    if (!data_ || size_ + more > data_->size()) {
      const auto wanted = std::max<std::uint64_t>(size_ + more, std::uint64_t{2} * size_);
      auto larger = bytes_ptr::make(std::min<std::uint64_t>(wanted, size_ + frame_bytes_left));
      if (size_ > 0) std::memcpy(larger->data(), data_->data(), size_);
      data_ = std::move(larger);
    }
    size_ += more;
    return data_->data() + size_ - more;
  }

  bytes_ptr take() {
    auto out = data_ ? std::move(data_) : bytes_ptr::make(0);
    // A message may be kept in a history for long: reallocate if more than 1/8 would be unused.
    if (out->size() - size_ > size_ / 8) {
      out = bytes_ptr::copy({out->data(), size_});
    } else {
      out->shrink(size_);
    }
    size_ = 0;
    return out;
  }

 private:
  bytes_ptr data_;
  std::size_t size_ = 0;
};

}  // namespace

struct frame_parser::partial {
  std::array<char, frame_header::size_max> head{};
  std::uint8_t head_bytes = 0;
  bool has_frame = false;    ///< the header is complete, the payload is not
  bool has_message = false;  ///< the first fragment was read, the last was not
  kind message_kind = kind::binary;
  utf8_check utf8;
  frame_header frame;
  std::uint64_t received = 0;  ///< bytes of the frame's payload that have arrived
  assembly message;
  assembly control;

  header_state take_header(std::string_view& input);
  errc begin_frame(std::size_t message_bytes_max);
  bool take_payload(std::string_view& input);
  bool is_idle() const { return head_bytes == 0 && !has_frame && !has_message; }
};

namespace {

// Section 5.4: only control frames may come between the fragments of a message.
errc check(const frame_header& frame, bool has_message, std::size_t have,
           std::size_t message_bytes_max) {
  if (is_control(frame.opcode)) return errc::none;
  if ((frame.opcode == opcode::continuation) != has_message) return errc::protocol_error;
  const auto room = message_bytes_max > have ? message_bytes_max - have : 0;
  return frame.payload_bytes > room ? errc::frame_too_big : errc::none;
}

// Fast path for the common case: the input holds a complete, unfragmented message or control frame.
std::optional<parsed> whole_frame(std::string_view& input, std::size_t message_bytes_max) {
  frame_header frame;
  const auto state = read_header(input, frame);
  if (state == header_state::invalid) return failed(errc::protocol_error);
  if (state == header_state::incomplete) return std::nullopt;
  const auto why = check(frame, false, 0, message_bytes_max);
  if (why != errc::none) return failed(why);
  if (!frame.is_final || input.size() - frame.size < frame.payload_bytes) return std::nullopt;
  auto data = bytes_ptr::make(frame.payload_bytes);
  const bool is_ascii =
      unmask(data->data(), input.substr(frame.size, frame.payload_bytes), frame.mask, 0);
  if (frame.opcode == opcode::text && !is_ascii && !is_utf8(data->view())) {
    return failed(errc::bad_utf8);
  }
  input.remove_prefix(frame.size + frame.payload_bytes);
  return parsed{kind_of(frame.opcode), std::move(data), errc::none};
}

}  // namespace

frame_parser::frame_parser() = default;
frame_parser::~frame_parser() = default;

std::size_t frame_parser::held_bytes() const {
  if (!partial_) return 0;
  return heap_bytes(sizeof(partial)) + partial_->message.held_bytes() +
         partial_->control.held_bytes();
}

void frame_parser::discard() { partial_.reset(); }

parsed frame_parser::next(std::string_view& input, std::size_t message_bytes_max) {
  if (input.empty()) return {};
  if (!partial_) {
    if (auto out = whole_frame(input, message_bytes_max)) return std::move(*out);
    partial_ = std::make_unique<partial>();
  }
  auto out = resume(input, message_bytes_max);
  if (partial_->is_idle()) partial_.reset();
  return out;
}

parsed frame_parser::resume(std::string_view& input, std::size_t message_bytes_max) {
  auto& p = *partial_;
  for (;;) {
    if (!p.has_frame) {
      const auto state = p.take_header(input);
      if (state == header_state::invalid) return failed(errc::protocol_error);
      if (state == header_state::incomplete) return {};
      const auto why = p.begin_frame(message_bytes_max);
      if (why != errc::none) return failed(why);
    }
    if (!p.take_payload(input)) return failed(errc::bad_utf8);
    if (p.received < p.frame.payload_bytes) return {};
    p.has_frame = false;
    if (is_control(p.frame.opcode)) return {kind_of(p.frame.opcode), p.control.take(), errc::none};
    if (p.frame.is_final) {
      if (!p.utf8.is_at_border()) return failed(errc::bad_utf8);
      p.has_message = false;
      return {p.message_kind, p.message.take(), errc::none};
    }
  }
}

header_state frame_parser::partial::take_header(std::string_view& input) {
  // A header may be split over two inputs: join the saved bytes with new ones, up to 14 in all.
  const auto before = head_bytes;
  const auto more = std::min(input.size(), head.size() - before);
  std::copy_n(input.data(), more, head.data() + before);
  const auto state = read_header({head.data(), before + more}, frame);
  if (state == header_state::complete) {
    input.remove_prefix(static_cast<std::size_t>(frame.size - before));
    head_bytes = 0;
  } else {
    head_bytes = static_cast<std::uint8_t>(before + more);
    input.remove_prefix(more);
  }
  return state;
}

errc frame_parser::partial::begin_frame(std::size_t message_bytes_max) {
  const auto why = check(frame, has_message, message.size(), message_bytes_max);
  if (why != errc::none) return why;
  has_frame = true;
  received = 0;
  if (!is_control(frame.opcode) && !has_message) {
    has_message = true;
    message_kind = kind_of(frame.opcode);
    utf8 = {};
  }
  return errc::none;
}

bool frame_parser::partial::take_payload(std::string_view& input) {
  const auto left = frame.payload_bytes - received;
  const auto piece = input.substr(0, std::min<std::uint64_t>(input.size(), left));
  if (piece.empty()) return true;
  auto& target = is_control(frame.opcode) ? control : message;
  char* unmasked = target.grow(piece.size(), left);
  const bool is_ascii = unmask(unmasked, piece, frame.mask, received);
  received += piece.size();
  input.remove_prefix(piece.size());
  if (is_control(frame.opcode) || message_kind != kind::text) return true;
  if (is_ascii && utf8.is_at_border()) return true;
  return utf8.feed({unmasked, piece.size()});
}

}  // namespace roost::net::websocket
