// SPDX-License-Identifier: Apache-2.0
// Immutable, reference-counted bytes: received or encoded once, then shared without copies.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace roost {

/// A reference-counted buffer. Owns: its bytes, in the same allocation. Runs on: any thread (the
/// count is atomic; the bytes do not change once shared). Ends: with its last `bytes_ptr`.
///
/// The creator may attach metadata that view() does not show: a number (the mark) and a second
/// string behind the bytes (the tail).
class bytes {
 public:
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data(), size_}; }
  std::uint32_t mark() const { return mark_; }
  std::string_view tail() const { return {data() + size_, tail_size_}; }
  /// Reduces size() to `size`; the allocation keeps its size. Only the creator may call it, before
  /// the bytes are shared.
  void shrink(std::size_t size) {
    if (tail_size_ > 0) std::memmove(data() + size, data() + size_, tail_size_);
    size_ = static_cast<std::uint32_t>(size);
  }

 private:
  friend class bytes_ptr;
  bytes(std::size_t size, std::uint32_t mark, std::size_t tail_size)
      : size_(static_cast<std::uint32_t>(size)),
        mark_(mark),
        tail_size_(static_cast<std::uint32_t>(tail_size)) {}
  std::atomic<std::uint32_t> uses_{1};
  std::uint32_t size_;
  std::uint32_t mark_;
  std::uint32_t tail_size_;
};

/// Shared pointer to `bytes`, one word wide.
class bytes_ptr {
 public:
  bytes_ptr() = default;
  /// Allocates `size` uninitialised bytes with a mark and a copy of `tail`.
  static bytes_ptr make(std::size_t size, std::uint32_t mark = 0, std::string_view tail = {}) {
    void* memory = ::operator new(sizeof(bytes) + size + tail.size());
    bytes_ptr out{::new (memory) bytes(size, mark, tail.size())};
    if (!tail.empty()) std::memcpy(out->data() + size, tail.data(), tail.size());
    return out;
  }
  static bytes_ptr copy(std::string_view text) {
    auto out = make(text.size());
    if (!text.empty()) std::memcpy(out->data(), text.data(), text.size());
    return out;
  }
  bytes_ptr(const bytes_ptr& other) : ptr_(other.ptr_) {
    if (ptr_) ptr_->uses_.fetch_add(1, std::memory_order_relaxed);
  }
  bytes_ptr(bytes_ptr&& other) noexcept : ptr_(std::exchange(other.ptr_, nullptr)) {}
  bytes_ptr& operator=(bytes_ptr other) noexcept {
    std::swap(ptr_, other.ptr_);
    return *this;
  }
  ~bytes_ptr() { release(); }
  bytes* operator->() const { return ptr_; }
  bytes& operator*() const { return *ptr_; }
  explicit operator bool() const { return ptr_ != nullptr; }
  bytes* get() const { return ptr_; }

 private:
  explicit bytes_ptr(bytes* p) : ptr_(p) {}
  void release() {
    if (ptr_ && ptr_->uses_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      ptr_->~bytes();
      ::operator delete(ptr_);
    }
  }
  bytes* ptr_ = nullptr;
};

/// A part of shared bytes; keeps the whole buffer alive.
struct slice {
  bytes_ptr whole;
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  std::string_view view() const {
    return whole ? whole->view().substr(begin, size) : std::string_view{};
  }
  static slice of(bytes_ptr all) {
    auto n = all ? static_cast<std::uint32_t>(all->size()) : 0U;
    return {std::move(all), 0, n};
  }
};

}  // namespace roost
