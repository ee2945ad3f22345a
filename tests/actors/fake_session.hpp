// A client link without a socket: keeps what it was sent.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "net/transport/session.hpp"

namespace roost::actors {

/// The payload of a server's WebSocket frame.
inline std::string payload_of(const net::frame_ptr& frame) {
  const auto all = frame->view();
  const auto length = static_cast<unsigned char>(all[1]);
  return std::string(all.substr(length < 126 ? 2 : length == 126 ? 4 : 10));
}

/// Owns: what was sent. Runs on: the test's thread. Ends: with its last session_ptr.
class fake_session final : public net::session {
 public:
  explicit fake_session(connection_id id, bool* ended = nullptr)
      : net::session(id), ended_(ended) {}
  ~fake_session() override {
    if (ended_) *ended_ = true;
  }
  bool send(const net::frame_ptr& frame, net::flush_class urgency) override {
    if (!open_) return false;
    frames_.push_back(frame);
    queued_ += frame->size();
    urgency_ = urgency;
    return true;
  }
  void close(errc) override { open_ = false; }
  void answered(std::uint32_t bytes_in) override { credit_ += bytes_in; }
  void took_more(std::uint32_t) override {}
  bool is_open() const override { return open_; }
  std::size_t queued_bytes() const override { return room_max_ == 0 ? 0 : queued_; }
  bool make_room(std::size_t bytes, std::size_t queued_max) override {
    if (!open_) return false;
    return room_max_ == 0 || queued_ == 0 || queued_ + bytes <= std::min(room_max_, queued_max);
  }
  void want_writable(std::size_t queued_max) override {
    wants_writable_ = true;
    writable_at_ = queued_max;
  }
  bool wants_writable() const { return wants_writable_; }
  std::size_t writable_at() const { return writable_at_; }
  /// From now on what is sent stays in the outbox, of so much room, until it is taken.
  void limit_room(std::size_t bytes) { room_max_ = bytes; }

  const std::vector<net::frame_ptr>& frames() const { return frames_; }
  std::vector<std::string> take() {
    std::vector<std::string> out;
    queued_ = 0;
    wants_writable_ = false;
    for (const auto& each : std::exchange(frames_, {})) out.push_back(payload_of(each));
    return out;
  }
  net::flush_class urgency() const { return urgency_; }
  std::uint64_t credit() const { return credit_; }

 private:
  bool* ended_;
  bool open_ = true;
  std::vector<net::frame_ptr> frames_;
  net::flush_class urgency_ = net::flush_class::small;
  std::uint64_t credit_ = 0;
  std::size_t room_max_ = 0;  // 0: it is written at once
  std::size_t queued_ = 0;
  bool wants_writable_ = false;
  std::size_t writable_at_ = 0;
};

}  // namespace roost::actors
