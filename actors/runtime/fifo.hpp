// SPDX-License-Identifier: Apache-2.0
// A FIFO queue in one contiguous vector. Pure.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace roost::actors {

/// A queue for objects that exist in large numbers and are mostly empty.
/// Owns: its elements, oldest first. Runs on: the caller's thread (always the same one).
/// Ends: with its owner.
///
/// std::deque takes 576 bytes while it is empty, and one allocation for each large element. This
/// queue takes no memory before its first element, keeps its capacity until it is empty, and then
/// the memory of at most kept_max elements. pop_front() takes amortized constant time.
template <class T>
class fifo {
 public:
  /// Elements whose memory an empty queue may keep.
  static constexpr std::size_t kept_max = 2;

  fifo() = default;
  fifo(fifo&& o) noexcept : all_(std::move(o.all_)), begin_(std::exchange(o.begin_, 0)) {}
  fifo& operator=(fifo&& o) noexcept {
    all_ = std::exchange(o.all_, {});
    begin_ = std::exchange(o.begin_, 0);
    return *this;
  }

  bool empty() const { return begin_ == all_.size(); }
  std::size_t size() const { return all_.size() - begin_; }
  T& front() { return all_[begin_]; }
  const T& front() const { return all_[begin_]; }
  const T& back() const { return all_.back(); }
  /// 0 is the oldest.
  const T& operator[](std::size_t i) const { return all_[begin_ + i]; }
  auto begin() { return all_.begin() + static_cast<std::ptrdiff_t>(begin_); }
  auto begin() const { return all_.begin() + static_cast<std::ptrdiff_t>(begin_); }
  auto end() { return all_.end(); }
  auto end() const { return all_.end(); }

  void push_back(T&& element) { all_.push_back(std::move(element)); }
  void pop_front() {
    if (size() == 1) return clear();
    all_[begin_++] = T{};
    if (begin_ < size()) return;
    all_.erase(all_.begin(), begin());
    begin_ = 0;
  }
  void clear() {
    all_.clear();
    begin_ = 0;
    if (all_.capacity() > kept_max) all_ = std::vector<T>();
  }

 private:
  std::vector<T> all_;  // the elements start at begin_
  std::size_t begin_ = 0;
};

}  // namespace roost::actors
