// SPDX-License-Identifier: Apache-2.0
// A vector with a hash index: finds an entry by its key in constant time. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "config/base/keyed_hash.hpp"

namespace roost {

/// Owns: its entries, in insertion order. Runs on: its owner's thread.
///
/// Up to scanned_max entries are found by a linear scan and need no index. More entries are found
/// through a hash table of their positions, which takes 6 to 11 bytes for each entry. With the
/// table, erase() leaves a gap; the vector is compacted when half of its slots are gaps, so erase()
/// takes amortized constant time.
///
/// An Entry has key() (a key of Hash), is_gap() and make_gap(). Pointers to entries are valid
/// until the next add() or erase().
template <class Entry, class Hash = keyed_hash>
class indexed_vector {
 public:
  static constexpr std::size_t scanned_max = 8;

  /// Null if there is no such entry.
  template <class Key>
  Entry* find(const Key& key) {
    if (!table_) {
      for (auto& each : entries_) {
        if (each.key() == key) return &each;
      }
      return nullptr;
    }
    const auto position = table_->slots[slot_of(key)];
    return position == none ? nullptr : &entries_[position];
  }
  /// The entry that was added first; null if the vector is empty.
  Entry* oldest() {
    if (empty()) return nullptr;
    if (!table_) return &entries_.front();
    while (entries_[table_->first].is_gap()) ++table_->first;
    return &entries_[table_->first];
  }
  /// Precondition: no entry has this key.
  Entry& add(Entry entry) {
    entries_.push_back(std::move(entry));
    if (!table_) {
      if (entries_.size() > scanned_max) rebuild();
    } else if (entries_.size() * 4 > table_->slots.size() * 3) {
      rebuild();
    } else {
      put(entries_.size() - 1);
    }
    return entries_.back();
  }
  void erase(Entry& entry) {
    if (!table_) {
      entries_.erase(entries_.begin() + (&entry - entries_.data()));
      return;
    }
    entry.make_gap();
    if (++table_->gaps * 2 > entries_.size()) rebuild();
  }
  void clear() {
    entries_ = std::vector<Entry>{};
    table_ = {};
  }
  std::size_t size() const { return entries_.size() - (table_ ? table_->gaps : 0); }
  bool empty() const { return size() == 0; }
  /// All entries and gaps, in insertion order.
  std::span<Entry> slots() { return entries_; }
  std::span<const Entry> slots() const { return entries_; }
  /// Visits the entries and skips the gaps.
  template <class Visitor>
  void each(Visitor visit) {
    for (auto& entry : entries_) {
      if (!entry.is_gap()) visit(entry);
    }
  }
  template <class Visitor>
  void each(Visitor visit) const {
    for (const auto& entry : entries_) {
      if (!entry.is_gap()) visit(entry);
    }
  }

 private:
  static constexpr auto none = std::numeric_limits<std::uint32_t>::max();
  struct table {
    std::vector<std::uint32_t> slots;  // positions; a power of two, linear probing
    std::size_t gaps = 0;
    std::size_t first = 0;  // all positions before this one are gaps
  };

  /// The slot of the key, or the free slot where it would be inserted. The slot of a gap stays
  /// occupied (a tombstone) until the next rebuild().
  template <class Key>
  std::size_t slot_of(const Key& key) const {
    const auto& slots = table_->slots;
    for (auto at = Hash{}(key) & (slots.size() - 1);; at = (at + 1) & (slots.size() - 1)) {
      if (slots[at] == none) return at;
      const auto& entry = entries_[slots[at]];
      if (!entry.is_gap() && entry.key() == key) return at;
    }
  }
  void put(std::size_t position) {
    table_->slots[slot_of(entries_[position].key())] = static_cast<std::uint32_t>(position);
  }
  /// Removes the gaps and builds a hash table of the right size, or none for few entries.
  void rebuild() {
    std::erase_if(entries_, [](const Entry& entry) { return entry.is_gap(); });
    if (entries_.capacity() > 2 * entries_.size()) entries_.shrink_to_fit();
    if (entries_.size() <= scanned_max) {
      table_ = {};
      return;
    }
    std::size_t wanted = 16;
    while (wanted < entries_.size() * 2) wanted *= 2;
    if (!table_) table_ = std::make_unique<table>();
    table_->gaps = 0;
    table_->first = 0;
    table_->slots.assign(wanted, none);
    if (table_->slots.capacity() > wanted) table_->slots.shrink_to_fit();
    for (std::size_t i = 0; i < entries_.size(); ++i) put(i);
  }

  std::vector<Entry> entries_;
  std::unique_ptr<table> table_;
};

}  // namespace roost
