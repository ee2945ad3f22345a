// SPDX-License-Identifier: Apache-2.0
#include "net/transport/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace roost::net {
namespace {

// Copying a message up to this size is cheaper than an iovec of its own.
constexpr std::size_t copied_bytes_max = 8 * 1024;

/// Builds a batch; add() returns false when the batch is full.
class batch_builder {
 public:
  batch_builder(send_batch& out, std::span<char> scratch) : out_(out), scratch_(scratch) {}

  bool add(std::string_view message) {
    if (out_.bytes == send_batch::bytes_max) return false;
    const auto view = message.substr(0, send_batch::bytes_max - out_.bytes);
    if (view.size() > copied_bytes_max) return add_piece(view.data(), view.size());
    if (view.size() > scratch_.size() - used_) return false;
    char* target = scratch_.data() + used_;
    if (!extends(target) && out_.count == send_batch::pieces_max) return false;
    std::memcpy(target, view.data(), view.size());
    used_ += view.size();
    if (!extends(target)) return add_piece(target, view.size());
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
  bool extends(const char* data) const {
    if (out_.count == 0) return false;
    const auto& last = out_.pieces[out_.count - 1];
    return static_cast<const char*>(last.iov_base) + last.iov_len == data;
  }

  send_batch& out_;
  std::span<char> scratch_;
  std::size_t used_ = 0;
};

}  // namespace

outbox::outbox() = default;
outbox::~outbox() = default;

bool outbox::is_pong(const encoded_ptr& message) {
  return (static_cast<unsigned char>(*message->data()) & 0x0FU) == 0x0AU;
}

outbox::push_report outbox::push(const encoded_ptr& message, std::size_t bytes_max) {
  if (is_ephemeral(message)) return {push_ephemeral(message, bytes_max)};
  push_report out;
  const auto fits = [&] { return empty() || charged_ + charge_of(message) <= bytes_max; };
  const bool is_begun = written_ > 0 && is_ephemeral(first_);  // cannot be evicted any more
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
  if (!first_ || !is_conflated(message)) return nullptr;
  if (written_ == 0 && same_conflation_key(first_, message)) return &first_;
  if (!rest_ || rest_->keyed == 0) return nullptr;
  auto& rest = *rest_;
  const auto matches = [&](std::uint32_t sequence) {
    const auto i = sequence - rest.base_sequence;
    return i < rest.messages.size() && same_conflation_key(rest.messages[i], message);
  };
  const auto* found = rest.keys.find(conflation_hash_of(message), rest.first_sequence(), matches);
  return found ? &rest.messages[found->sequence - rest.base_sequence] : nullptr;
}

// Drops all ephemeral messages, so that a client is not closed for lack of room while ephemeral
// messages take it up. The scan is amortized: ephemeral messages are queued again only below half
// of the bound.
std::uint32_t outbox::evict_ephemeral() {
  const auto before = ephemerals_;
  if (rest_) {
    auto& messages = rest_->messages;
    scanned_ += static_cast<std::uint32_t>(messages.size()) - rest_->begin;
    auto kept = rest_->begin;
    for (auto i = rest_->begin; i < messages.size(); ++i) {
      if (is_ephemeral(messages[i])) {
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
  if (first_ && written_ == 0 && is_ephemeral(first_)) pop();
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
  if (is_ephemeral(message)) ++ephemerals_;
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
  if (is_conflated(message)) index(message);
}

void outbox::index(const encoded_ptr& message) {
  const auto last = static_cast<std::uint32_t>(rest_->messages.size() - 1);
  rest_->keys.add(conflation_hash_of(message), rest_->base_sequence + last,
                  rest_->first_sequence());
  ++rest_->keyed;
}

void outbox::drop_unbegun() {
  rest_.reset();
  if (written_ == 0) first_ = {};
  charged_ = first_ ? charge_of(first_) : 0;
  pongs_ = first_ && is_pong(first_) ? 1 : 0;
  ephemerals_ = first_ && is_ephemeral(first_) ? 1 : 0;
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
  for (auto i = rest_->begin; i < rest_->messages.size(); ++i) {
    if (!builder.add(rest_->messages[i]->view())) return;
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
  if (is_ephemeral(first_)) --ephemerals_;
  written_ = 0;
  first_ = {};
  if (!rest_) return;
  auto& [messages, begin, base_sequence, keyed, last_pong, keys] = *rest_;
  first_ = std::move(messages[begin++]);
  if (is_conflated(first_) && --keyed == 0) keys.clear();
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
