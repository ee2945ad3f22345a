// SPDX-License-Identifier: Apache-2.0
// Writes presence as JSON text: refs, metas, payloads in pages (docs/rooms.md, "Presence"). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/room/presence/notification.hpp"

namespace roost::actors {

/// A phx_ref: 16 url-safe base64 characters made of the member's node and the number.
std::string ref_text(std::uint64_t node, std::uint64_t number);

/// `key` followed by `meta` (text of a JSON object, empty for {}) with phx_ref added, and
/// phx_ref_prev if `ref_before` is not empty.
std::string presence_entry_text(std::string_view key, std::string_view meta, std::string_view ref,
                                std::string_view ref_before);

/// Joins metas into presence_state and presence_diff payloads of bounded size.
/// Owns: the pages; the arguments of add() must live until take(). Runs on: one thread.
/// Ends: with take().
class presence_pages {
 public:
  enum class shape : std::uint8_t { state, diff };

  /// If the first page is a state, the next ones are diffs with joins, because a client removes
  /// every member that a second state lacks.
  presence_pages(shape first, std::size_t page_bytes_max, std::size_t bytes_expected);

  /// Whether this meta fits into the current page; an empty page takes any.
  bool has_room(std::string_view key, std::string_view meta) const;
  /// Metas of the same key must be added one after the other. `key` is a quoted JSON string.
  void add(std::string_view key, std::string_view meta);
  /// Only for a diff: metas added after this are leaves.
  void begin_leaves();
  /// The pages; an empty diff gives none, a state at least one.
  std::vector<notification> take();

 private:
  void open();
  void close();
  void end_key();

  shape shape_;  // of the current page
  std::size_t page_bytes_max_;
  std::size_t bytes_expected_;
  bool in_leaves_ = false;
  bool has_key_ = false;  // the list of metas of key_ is open
  bool has_metas_ = false;
  std::string_view key_;
  std::string text_;
  std::vector<notification> done_;
};

}  // namespace roost::actors
