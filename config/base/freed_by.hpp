// SPDX-License-Identifier: Apache-2.0
// A deleter that calls a function of a C library. Pure.
#pragma once

namespace roost {

/// For std::unique_ptr: frees the object with `Free`.
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace roost
