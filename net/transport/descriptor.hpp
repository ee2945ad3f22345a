// SPDX-License-Identifier: Apache-2.0
// A file descriptor that its destructor closes (RAII).
#pragma once

#include <unistd.h>

#include <utility>

namespace roost::net {

/// A file descriptor. Owns: the descriptor, or none (-1). Runs on: its owner's thread. Ends: with
/// its owner.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) : number_(number) {}
  descriptor(descriptor&& o) noexcept : number_(std::exchange(o.number_, -1)) {}
  descriptor& operator=(descriptor&& o) noexcept {
    if (this != &o) {
      close();
      number_ = std::exchange(o.number_, -1);
    }
    return *this;
  }
  ~descriptor() { close(); }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  /// The caller closes it from now on.
  int release() { return std::exchange(number_, -1); }
  void close() {
    if (is_open()) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

}  // namespace roost::net
