// SPDX-License-Identifier: Apache-2.0
#include "net/transport/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace roost::net {
namespace {

// Copying a message up to this size is cheaper than an iovec of its own.
constexpr std::size_t copied_bytes_max = 8 * 1024;

/// Builds a batch: frames messages and merges small ones in `scratch`.
class batch_builder {
 public:
  batch_builder(send_batch& out, std::span<char> scratch, framing write_header)
      : out_(out), scratch_(scratch), write_header_(write_header) {}

  /// Adds a message without the first `skipped` bytes of its frame. False: the batch is full.
  bool add(const encoded_ptr& message, std::size_t skipped) {
    auto payload = message->view();
    const bool is_copied = payload.size() <= copied_bytes_max;
    if (!has_room(is_copied ? payload.size() : 0)) return false;
    char* const header = free_scratch();
    const auto header_bytes = write_header_(message, header);
    const auto begin = std::min(skipped, header_bytes);
    used_ += header_bytes;
    append(header + begin, header_bytes - begin);
    payload = payload.substr(skipped - begin, send_batch::bytes_max - out_.bytes);
    if (is_copied && !payload.empty()) {
      std::memcpy(free_scratch(), payload.data(), payload.size());
      payload = {free_scratch(), payload.size()};
      used_ += payload.size();
    }
    append(payload.data(), payload.size());
    return true;
  }

 private:
  // A header goes out only together with payload, so that messages behind it may still be evicted.
  bool has_room(std::size_t copied) const {
    return scratch_.size() - used_ >= outbox::message_overhead + copied &&
           send_batch::pieces_max - out_.count >= 2 &&
           send_batch::bytes_max - out_.bytes >= outbox::message_overhead;
  }

  char* free_scratch() const { return scratch_.data() + used_; }

  void append(const char* data, std::size_t size) {
    if (size == 0) return;
    if (data == end_) {
      out_.pieces[out_.count - 1].iov_len += size;
    } else {
      out_.pieces[out_.count++] = {const_cast<char*>(data), size};
    }
    end_ = data + size;
    out_.bytes += size;
  }

  send_batch& out_;
  std::span<char> scratch_;
  framing write_header_;
  std::size_t used_ = 0;
  const char* end_ = nullptr;  // of the last piece
};

}  // namespace

outbox::outbox() = default;
outbox::~outbox() = default;

outbox::push_report outbox::push(const encoded_ptr& message, std::size_t bytes_max) {
  if (message.is_ephemeral()) return {push_ephemeral(message, bytes_max)};
  push_report out;
  const auto fits = [&] { return empty() || charged_ + charge_of(message) <= bytes_max; };
  const bool is_begun = written_ > 0 && first_.is_ephemeral();  // cannot be evicted any more
  if (!fits() && ephemerals_ > (is_begun ? 1U : 0U)) out.evicted = evict_ephemeral();
  if (fits()) {
    append(message);
  } else {
    out.result = push_result::refused;
  }
  return out;
}

outbox::push_result outbox::push_ephemeral(const encoded_ptr& message, std::size_t bytes_max) {
  if (auto* older = find_same_key(message)) {
    // Allowed above half of the bound too: otherwise the stale message would stay in the queue and
    // the new one would be dropped.
    const auto others = charged_ - charge_of(*older);
    const auto charged = others + charge_of(message);
    if (others > 0 && charged > bytes_max) return push_result::dropped;
    charged_ = charged;
    *older = message;
    return push_result::conflated;
  }
  if (!empty() && charged_ + charge_of(message) > bytes_max / 2) return push_result::dropped;
  append(message);
  return push_result::queued;
}

encoded_ptr* outbox::find_same_key(const encoded_ptr& message) {
  if (!first_ || !message.is_conflated()) return nullptr;
  if (written_ == 0 && first_.has_same_key(message)) return &first_;
  if (!rest_ || rest_->keyed == 0) return nullptr;
  auto& rest = *rest_;
  const auto matches = [&](std::uint32_t sequence) {
    const auto i = sequence - rest.base_sequence;
    return i < rest.messages.size() && rest.messages[i].has_same_key(message);
  };
  const auto* found = rest.keys.find(message.conflation_hash(), rest.first_sequence(), matches);
  return found ? &rest.messages[found->sequence - rest.base_sequence] : nullptr;
}

// Drops all ephemeral messages, so that no client is closed because ephemeral messages fill its
// outbox. The scan is amortized: ephemeral messages are queued again only below half of the bound.
std::uint32_t outbox::evict_ephemeral() {
  const auto before = ephemerals_;
  if (rest_) {
    auto& messages = rest_->messages;
    scanned_ += static_cast<std::uint32_t>(messages.size()) - rest_->begin;
    auto kept = rest_->begin;
    for (auto i = rest_->begin; i < messages.size(); ++i) {
      if (messages[i].is_ephemeral()) {
        charged_ -= keep_charge_of_evicted ? 0 : charge_of(messages[i]);
        --ephemerals_;
        continue;
      }
      if (is_pong(messages[i])) rest_->last_pong = rest_->base_sequence + kept;
      if (kept != i) messages[kept] = std::move(messages[i]);
      ++kept;
    }
    messages.resize(kept);
    rest_->keyed = 0;
    rest_->keys.clear();
    if (rest_->begin == messages.size()) rest_.reset();
  }
  if (first_ && written_ == 0 && first_.is_ephemeral()) pop();
  return before - ephemerals_;
}

outbox::push_report outbox::push_pong(const encoded_ptr& message, std::size_t bytes_max) {
  if (pongs_ < pongs_max) return push(message, bytes_max);
  // With `pongs_max` pongs queued at least one is in the block, so `last_pong` is valid.
  auto& last = rest_->messages[rest_->last_pong - rest_->base_sequence];
  charged_ = charged_ - charge_of(last) + charge_of(message);
  last = message;
  return {};
}

void outbox::push_last(const encoded_ptr& message) { append(message); }

void outbox::append(const encoded_ptr& message) {
  charged_ += charge_of(message);
  if (is_pong(message)) ++pongs_;
  if (message.is_ephemeral()) ++ephemerals_;
  if (!first_) {
    first_ = message;
    return;
  }
  if (!rest_) {
    rest_ = std::make_unique<block>();
    rest_->messages.reserve(16);
  }
  rest_->messages.push_back(message);
  if (is_pong(message)) {
    rest_->last_pong =
        rest_->base_sequence + static_cast<std::uint32_t>(rest_->messages.size() - 1);
  }
  if (message.is_conflated()) index(message);
}

void outbox::index(const encoded_ptr& message) {
  const auto last = static_cast<std::uint32_t>(rest_->messages.size() - 1);
  rest_->keys.add(message.conflation_hash(), rest_->base_sequence + last, rest_->first_sequence());
  ++rest_->keyed;
}

void outbox::drop_unbegun() {
  rest_.reset();
  if (written_ == 0) first_ = {};
  charged_ = first_ ? charge_of(first_) : 0;
  pongs_ = first_ && is_pong(first_) ? 1 : 0;
  ephemerals_ = first_ && first_.is_ephemeral() ? 1 : 0;
}

void outbox::clear() {
  written_ = 0;
  drop_unbegun();
}

void outbox::gather(send_batch& out, std::span<char> scratch, framing write_header) const {
  if (!first_) return;
  const auto size = first_->size();
  // One small message is the usual case. Without this branch, a delivery costs 6 ns more.
  if (!rest_ && written_ == 0 && size <= copied_bytes_max &&
      size + message_overhead <= scratch.size()) {
    const auto header_bytes = write_header(first_, scratch.data());
    if (size > 0) std::memcpy(scratch.data() + header_bytes, first_->data(), size);
    out.bytes = header_bytes + size;
    out.pieces[out.count++] = {scratch.data(), out.bytes};
    return;
  }
  batch_builder builder(out, scratch, write_header);
  if (!builder.add(first_, written_) || !rest_) return;
  for (auto i = rest_->begin; i < rest_->messages.size(); ++i) {
    if (!builder.add(rest_->messages[i], 0)) return;
  }
}

void outbox::consume(std::size_t written, framing write_header) {
  std::array<char, message_overhead> header;
  while (written > 0 && first_) {
    const auto left = write_header(first_, header.data()) + first_->size() - written_;
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
  if (first_.is_ephemeral()) --ephemerals_;
  written_ = 0;
  first_ = {};
  if (!rest_) return;
  auto& [messages, begin, base_sequence, keyed, last_pong, keys] = *rest_;
  first_ = std::move(messages[begin++]);
  if (first_.is_conflated() && --keyed == 0) keys.clear();
  if (begin == messages.size()) {
    rest_.reset();
  } else if (begin >= 64 && begin * 2 >= messages.size()) {
    // Erases sent messages in batches: at most one message moves for each message that was sent.
    messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(begin));
    base_sequence += begin;
    begin = 0;
  }
}

}  // namespace roost::net
