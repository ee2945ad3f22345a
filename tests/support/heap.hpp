// How much memory the process has taken from malloc, to hold accounts against.
#pragma once

#include <malloc.h>

#include <cstddef>

namespace roost::tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool measures_heap = false;
#else
inline constexpr bool measures_heap = true;
#endif

/// In use now, large pieces too; of the main thread's arena.
inline std::size_t heap_in_use() {
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
}

}  // namespace roost::tests
