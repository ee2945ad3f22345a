// Presence as JSON text: refs, metas, and payloads in pages (docs/rooms.md, "Presence"). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/room/notice.hpp"

namespace roost::actors {

/// A phx_ref: 16 url-safe characters of the node and the number.
std::string ref_text(std::uint64_t node, std::uint64_t number);

/// `key` and behind it `meta` (text of a JSON object, empty for {}) with phx_ref, and phx_ref_prev
/// unless that is empty.
std::string attendee_text(std::string_view key, std::string_view meta, std::string_view ref,
                          std::string_view ref_before);

/// Puts metas together to presence_state or presence_diff payloads, none longer than it may be.
/// Owns: the pages. What add() is given must live until take(). Runs on: one thread. Ends: with
/// take().
class presence_pages {
 public:
  enum class shape : std::uint8_t { state, diff };

  /// A state's further pages are diffs with joins: clients read a second state as leaves.
  presence_pages(shape first, std::size_t page_bytes_max, std::size_t bytes_expected);

  /// Whether it would still go into the page at hand; into an empty one anything does.
  bool has_room(std::string_view key, std::string_view meta) const;
  /// Those with the same key follow each other. `key` is a JSON string with its quotes.
  void add(std::string_view key, std::string_view meta);
  /// Only for a diff: who is added from now on has left.
  void begin_leaves();
  /// A diff without anybody is none; a state is one page at least.
  std::vector<notice> take();

 private:
  void open();
  void close();
  void end_key();

  shape shape_;  // of the page at hand
  std::size_t page_bytes_max_;
  std::size_t bytes_expected_;
  bool in_leaves_ = false;
  bool has_key_ = false;  // a list of metas is open
  bool has_metas_ = false;
  std::string_view key_;
  std::string text_;
  std::vector<notice> done_;
};

}  // namespace roost::actors
