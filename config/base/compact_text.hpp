// SPDX-License-Identifier: Apache-2.0
// A text in half the bytes of a std::string, for tables with an entry for each connection. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace roost {

/// Owns: a text of at most 2^32 - 1 bytes, which never changes in place. At most `inline_max` bytes
/// are held in the object, longer texts on the heap. Runs on: its owner's thread.
class compact_text {
 public:
  static constexpr std::size_t inline_max = 15;

  compact_text() = default;
  explicit compact_text(std::string_view text) {
    if (text.size() <= inline_max) {
      std::copy(text.begin(), text.end(), place_.begin());
      place_.back() = static_cast<char>(text.size());
      return;
    }
    const outside held{new char[text.size()], static_cast<std::uint32_t>(text.size())};
    std::copy(text.begin(), text.end(), held.text);
    std::memcpy(place_.data(), &held, sizeof held.text + sizeof held.size);
    place_.back() = is_outside;
  }
  compact_text(const compact_text& other) : compact_text(other.view()) {}
  compact_text(compact_text&& other) noexcept : place_(std::exchange(other.place_, {})) {}
  compact_text& operator=(compact_text other) noexcept {
    place_.swap(other.place_);
    return *this;
  }
  ~compact_text() {
    if (place_.back() == is_outside) delete[] held().text;
  }

  std::string_view view() const {
    if (place_.back() != is_outside)
      return {place_.data(), static_cast<std::size_t>(place_.back())};
    const auto here = held();
    return {here.text, here.size};
  }

 private:
  struct outside {
    char* text;
    std::uint32_t size;
  };
  static constexpr char is_outside = inline_max + 1;

  outside held() const {
    outside here{};
    std::memcpy(&here, place_.data(), sizeof here.text + sizeof here.size);
    return here;
  }

  std::array<char, inline_max + 1> place_{};  // the last one: the size, or is_outside
};

}  // namespace roost
