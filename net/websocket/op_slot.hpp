// Memory for one pending Asio operation inside the object that waits for it.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace roost::net::websocket {

/// Owns: room for one operation. Runs on: one thread. Ends: after the operation, whose handler
/// keeps it alive. Asio's own recycling would do, but hands a long-lived wait whatever block is
/// free, also the large one of an HTTP request.
class op_slot {
 public:
  /// As much as a wait on a socket takes; what needs more comes from the heap.
  static constexpr std::size_t bytes = 112;

  void* take(std::size_t size) {
    if (is_taken_ || size > bytes) return ::operator new(size);
    is_taken_ = true;
    return room_.data();
  }
  void give_back(void* place) {
    if (place == room_.data()) {
      is_taken_ = false;
    } else {
      ::operator delete(place);
    }
  }
  bool is_taken() const { return is_taken_; }

 private:
  alignas(std::max_align_t) std::array<std::byte, bytes> room_;
  bool is_taken_ = false;
};

/// The slot as Asio wants it. Owns: nothing. Runs on: the slot's thread. Ends: as a value.
template <class T>
class op_slot_allocator {
 public:
  using value_type = T;
  explicit op_slot_allocator(op_slot& slot) : slot_(&slot) {}
  template <class U>
  op_slot_allocator(const op_slot_allocator<U>& other) : slot_(other.slot_) {}  // NOLINT: implicit
  T* allocate(std::size_t count) { return static_cast<T*>(slot_->take(count * sizeof(T))); }
  void deallocate(T* place, std::size_t) { slot_->give_back(place); }
  template <class U>
  bool operator==(const op_slot_allocator<U>& other) const {
    return slot_ == other.slot_;
  }

 private:
  template <class>
  friend class op_slot_allocator;
  op_slot* slot_;
};

}  // namespace roost::net::websocket
