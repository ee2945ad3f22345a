// SPDX-License-Identifier: Apache-2.0
// The members of a room as presence shows them, grouped by key. Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cluster/envelope.hpp"
#include "config/base/keyed_hash.hpp"

namespace roost::actors {

/// The sort key of a member in presence pages: keys in order of their arrival, then the members of
/// a key in order of theirs. It does not change while the member is present.
struct presence_order {
  std::uint64_t key = 0;
  std::uint64_t member = 0;
  friend auto operator<=>(const presence_order&, const presence_order&) = default;
};

/// One member with its key and meta.
struct presence_entry {
  std::string text;  ///< the key as a JSON string, followed by the meta, a JSON object
  std::uint32_t key_bytes = 0;
  bool is_unannounced = false;  ///< its ref has been in no diff yet
  std::uint64_t ref = 0;
  std::uint64_t ref_before = 0;    ///< 0: none
  std::uint64_t pages_before = 0;  ///< number of pages given out before its ref was made
  presence_order order;
  std::string_view key() const { return std::string_view{text}.substr(0, key_bytes); }
  std::string_view meta() const { return std::string_view{text}.substr(key_bytes); }
};

struct member_hash {
  std::size_t operator()(const cluster::member_id& id) const {
    return keyed_hash{}(id.node.value * 0x9e3779b97f4a7c15 ^ id.connection.value);
  }
};

/// The set of entries of one room, found by member, by key and in page order.
/// Owns: its entries, about 250 bytes each plus the text. Runs on: the caller's thread (always
/// the same one). Ends: with its presence. Pointers to an entry are valid until its removal.
class presence_set {
 public:
  presence_set() = default;
  presence_set(presence_set&&) = default;
  presence_set& operator=(presence_set&&) = default;

  /// Null if there is no such member.
  presence_entry* find(const cluster::member_id& member);
  /// Adds a new member with an empty meta. `key` is a quoted JSON string.
  presence_entry& add(const cluster::member_id& member, std::string_view key);
  /// Replaces the text: it must begin with the same key, followed by the new meta.
  void rewrite(presence_entry& entry, std::string text);
  void remove(const cluster::member_id& member);
  void clear();

  std::size_t size() const { return all_.size(); }
  /// Length of all texts together.
  std::size_t text_bytes() const { return text_bytes_; }
  /// Memory of one entry whose text takes `text_heap_bytes`.
  static std::size_t bytes_of(std::size_t text_heap_bytes);
  /// Memory of all entries.
  std::size_t bytes() const { return all_.size() * bytes_of(0) + heap_bytes_; }
  /// The highest number in the order of any member so far.
  std::uint64_t last_number() const { return last_number_; }
  /// Calls `visit` with each entry after `after`, grouped by key, until it returns false.
  template <class Visitor>
  void each_after(presence_order after, Visitor visit) const {
    for (auto it = by_order_.upper_bound(after); it != by_order_.end(); ++it) {
      if (!visit(*it->second)) return;
    }
  }
  /// Calls `visit` with each entry, grouped by key.
  template <class Visitor>
  void each(Visitor visit) const {
    for (const auto& [order, one] : by_order_) visit(*one);
  }
  /// Calls `visit` with each entry that has the same key as `one`.
  template <class Visitor>
  void each_of_key(const presence_entry& one, Visitor visit) {
    const auto key = one.order.key;
    for (auto it = by_order_.lower_bound({key, 0}); it != by_order_.end(); ++it) {
      if (it->first.key != key) return;
      visit(*it->second);
    }
  }

 private:
  struct key_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return keyed_hash{}(key); }
    std::size_t operator()(const presence_entry* one) const { return (*this)(one->key()); }
  };
  struct key_equal {
    using is_transparent = void;
    static std::string_view key_of(std::string_view key) { return key; }
    static std::string_view key_of(const presence_entry* one) { return one->key(); }
    template <class One, class Other>
    bool operator()(const One& a, const Other& b) const {
      return key_of(a) == key_of(b);
    }
  };

  std::unordered_map<cluster::member_id, presence_entry, member_hash> all_;
  boost::unordered_flat_set<presence_entry*, key_hash, key_equal> keys_;  // one entry of each key
  std::map<presence_order, presence_entry*> by_order_;
  std::uint64_t last_number_ = 0;
  std::size_t text_bytes_ = 0;
  std::size_t heap_bytes_ = 0;  // memory of the texts
};

}  // namespace roost::actors
