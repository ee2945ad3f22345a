#include "net/protocol/frame.hpp"

#include <random>

namespace roost::net {

namespace {

// Keys come from clients. With a seed that they do not know they cannot choose ones that collide.
std::uint64_t seed() {
  static const std::uint64_t value = [] {
    std::random_device source;
    return std::uint64_t{source()} << 32 | source();
  }();
  return value;
}

// FNV-1a, then the finish of MurmurHash3, as FNV leaves its high bits poor for short texts.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = seed() ^ 0xcbf29ce484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdU;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53U;
  return hash ^ hash >> 33;
}

}  // namespace

frame_ptr make_ephemeral(std::size_t size, std::string_view conflation_key) {
  constexpr std::uint32_t never_zero = 0x8000'0000U;
  const auto hash = static_cast<std::uint32_t>(hash_of(conflation_key));
  return frame_ptr::make(size, hash | never_zero, conflation_key);
}

}  // namespace roost::net
