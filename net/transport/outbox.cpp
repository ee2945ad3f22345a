#include "net/transport/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace roost::net {
namespace {

// Frames up to this size are cheaper to copy than to describe by a piece of their own.
constexpr std::size_t copied_bytes_max = 8 * 1024;

/// Builds a batch piece by piece; says when it is full.
class batch_builder {
 public:
  batch_builder(send_batch& out, std::span<char> scratch) : out_(out), scratch_(scratch) {}

  bool add(std::string_view frame) {
    if (out_.bytes == send_batch::bytes_max) return false;
    const auto view = frame.substr(0, send_batch::bytes_max - out_.bytes);
    if (view.size() > copied_bytes_max) return add_piece(view.data(), view.size());
    if (view.size() > scratch_.size() - used_) return false;
    char* place = scratch_.data() + used_;
    if (!extends(place) && out_.count == send_batch::pieces_max) return false;
    std::memcpy(place, view.data(), view.size());
    used_ += view.size();
    if (!extends(place)) return add_piece(place, view.size());
    out_.pieces[out_.count - 1].iov_len += view.size();
    out_.bytes += view.size();
    return true;
  }

  bool add_piece(const char* data, std::size_t size) {
    if (out_.count == send_batch::pieces_max) return false;
    out_.pieces[out_.count++] = {const_cast<char*>(data), size};
    out_.bytes += size;
    return true;
  }

 private:
  bool extends(const char* place) const {
    if (out_.count == 0) return false;
    const auto& last = out_.pieces[out_.count - 1];
    return static_cast<const char*>(last.iov_base) + last.iov_len == place;
  }

  send_batch& out_;
  std::span<char> scratch_;
  std::size_t used_ = 0;
};

}  // namespace

outbox::outbox() = default;
outbox::~outbox() = default;

bool outbox::is_pong(const frame_ptr& frame) {
  return (static_cast<unsigned char>(*frame->data()) & 0x0FU) == 0x0AU;
}

bool outbox::push(const frame_ptr& frame, std::size_t bytes_max) {
  if (charged_ + charge_of(frame) > bytes_max) return false;
  append(frame);
  return true;
}

void outbox::push_pong(const frame_ptr& frame, std::size_t bytes_max) {
  if (pongs_ < pongs_max) {
    push(frame, bytes_max);
    return;
  }
  // With so many pongs at least one waits behind the first frame.
  auto& frames = rest_->frames;
  const auto stop = frames.rend() - static_cast<std::ptrdiff_t>(rest_->begin);
  const auto last = std::find_if(frames.rbegin(), stop, &outbox::is_pong);
  charged_ = charged_ - charge_of(*last) + charge_of(frame);
  *last = frame;
}

void outbox::push_last(const frame_ptr& frame) { append(frame); }

void outbox::append(const frame_ptr& frame) {
  charged_ += charge_of(frame);
  if (is_pong(frame)) ++pongs_;
  if (!first_) {
    first_ = frame;
    return;
  }
  if (!rest_) {
    rest_ = std::make_unique<block>();
    rest_->frames.reserve(16);
  }
  rest_->frames.push_back(frame);
}

void outbox::drop_unbegun() {
  rest_.reset();
  if (written_ == 0) first_ = {};
  charged_ = first_ ? charge_of(first_) : 0;
  pongs_ = first_ && is_pong(first_) ? 1 : 0;
}

void outbox::clear() {
  written_ = 0;
  drop_unbegun();
}

void outbox::gather(send_batch& out, std::span<char> scratch) const {
  batch_builder builder(out, scratch);
  if (!first_) return;
  const auto head = first_->view().substr(written_);
  if (!rest_) {
    builder.add_piece(head.data(), std::min(head.size(), send_batch::bytes_max));
    return;
  }
  if (!builder.add(head)) return;
  for (auto i = rest_->begin; i < rest_->frames.size(); ++i) {
    if (!builder.add(rest_->frames[i]->view())) return;
  }
}

void outbox::consume(std::size_t written) {
  while (written > 0 && first_) {
    const auto left = first_->size() - written_;
    if (written < left) {
      written_ += static_cast<std::uint32_t>(written);
      return;
    }
    written -= left;
    pop();
  }
}

void outbox::pop() {
  charged_ -= charge_of(first_);
  if (is_pong(first_)) --pongs_;
  written_ = 0;
  first_ = {};
  if (!rest_) return;
  auto& [frames, begin] = *rest_;
  first_ = std::move(frames[begin++]);
  if (begin == frames.size()) {
    rest_.reset();
  } else if (begin >= 64 && begin * 2 >= frames.size()) {
    // Moved down now and then: each frame moves at most once for each one that went.
    frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = 0;
  }
}

}  // namespace roost::net
