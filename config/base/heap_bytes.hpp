// SPDX-License-Identifier: Apache-2.0
// Estimates of heap memory including malloc's overhead, for limits in bytes. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace roost {

/// Memory that glibc's malloc uses for `size` bytes: plus a header of 8 bytes, rounded up to a
/// multiple of 16, at least 32.
constexpr std::size_t heap_bytes(std::size_t size) {
  return std::max<std::size_t>((size + 8 + 15) / 16 * 16, 32);
}

/// Heap memory of a string; 0 if it fits into the string's inline buffer.
inline std::size_t heap_bytes(const std::string& text) {
  static const std::size_t inside = std::string{}.capacity();
  return text.capacity() > inside ? heap_bytes(text.capacity() + 1) : 0;
}

/// Heap memory of a node of a std::map or std::set with an element of `element` bytes: the node
/// adds three pointers and a color.
constexpr std::size_t tree_node_bytes(std::size_t element) {
  return heap_bytes(4 * sizeof(void*) + element);
}

/// Heap memory of an open-addressing hash table (boost::unordered_flat_map) with `count` elements
/// of `element` bytes: one byte of metadata per slot, at a typical load factor of 2/3.
constexpr std::size_t flat_table_bytes(std::size_t count, std::size_t element) {
  return count * (element + 1) * 3 / 2;
}

}  // namespace roost
