// What a piece of memory costs, so that bounds in bytes hold for the process.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace roost {

/// What glibc's malloc takes for `size` bytes: a header of 8, multiples of 16, at least 32.
constexpr std::size_t heap_bytes(std::size_t size) {
  return std::max<std::size_t>((size + 8 + 15) / 16 * 16, 32);
}

/// What a string has on the heap: nothing where it is short.
inline std::size_t heap_bytes(const std::string& text) {
  static const std::size_t inside = std::string{}.capacity();
  return text.capacity() > inside ? heap_bytes(text.capacity() + 1) : 0;
}

/// A node of a std::map or std::set with an element of `element` bytes: three links and a color.
constexpr std::size_t tree_node_bytes(std::size_t element) {
  return heap_bytes(4 * sizeof(void*) + element);
}

/// A hash set or map in one piece (Boost's flat ones): what so many elements of `element` bytes
/// take at the usual fill, with a byte of metadata each.
constexpr std::size_t flat_table_bytes(std::size_t count, std::size_t element) {
  return count * (element + 1) * 3 / 2;
}

}  // namespace roost
