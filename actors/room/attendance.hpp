// The members of a room as presence shows them: a text each, together by key. Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cluster/envelope.hpp"
#include "config/base/keyed_hash.hpp"

namespace roost::actors {

/// One member. Those with the same key form a ring, in the order in which they came.
struct attendee {
  std::string text;  ///< the key as a JSON string, and behind it the meta, a JSON object
  std::uint32_t key_bytes = 0;
  bool is_first = false;   ///< of its ring
  bool is_untold = false;  ///< no diff has told of its ref yet
  std::uint64_t ref = 0;
  std::uint64_t ref_before = 0;  ///< 0: none
  std::uint64_t born = 0;        ///< how many states had been given out when its ref was made
  attendee* next = this;
  attendee* before = this;
  std::string_view key() const { return std::string_view{text}.substr(0, key_bytes); }
  std::string_view meta() const { return std::string_view{text}.substr(key_bytes); }
};

struct member_hash {
  std::size_t operator()(const cluster::member_id& id) const {
    return keyed_hash{}(id.node.value * 0x9e3779b97f4a7c15 ^ id.connection.value);
  }
};

/// Owns: its attendees, some 200 bytes each and the text. Runs on: whoever calls it (one thread).
/// Ends: with its presence. An attendee stays where it is until it is removed.
class attendance {
 public:
  attendance() = default;
  attendance(attendance&&) = default;
  attendance& operator=(attendance&&) = default;

  /// Null where it is not in.
  attendee* find(const cluster::member_id& who);
  /// One that is not in, with an empty meta. `key` is a JSON string with its quotes.
  attendee& add(const cluster::member_id& who, std::string_view key);
  /// Takes the text: the key that it has, and another meta behind it.
  void rewrite(attendee& who, std::string text);
  void remove(const cluster::member_id& who);
  void clear();

  std::size_t size() const { return all_.size(); }
  /// Of all texts.
  std::size_t text_bytes() const { return text_bytes_; }
  /// Calls `visit` with each attendee; those with the same key follow each other.
  template <class Visitor>
  void each(Visitor visit) const {
    for (const auto& [id, first] : all_) {
      if (!first.is_first) continue;
      visit(first);
      for (const auto* one = first.next; one != &first; one = one->next) visit(*one);
    }
  }

 private:
  struct key_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return keyed_hash{}(key); }
    std::size_t operator()(const attendee* one) const { return (*this)(one->key()); }
  };
  struct key_equal {
    using is_transparent = void;
    static std::string_view key_of(std::string_view key) { return key; }
    static std::string_view key_of(const attendee* one) { return one->key(); }
    template <class One, class Other>
    bool operator()(const One& a, const Other& b) const {
      return key_of(a) == key_of(b);
    }
  };

  std::unordered_map<cluster::member_id, attendee, member_hash> all_;
  boost::unordered_flat_set<attendee*, key_hash, key_equal> firsts_;  // of each ring
  std::size_t text_bytes_ = 0;
};

}  // namespace roost::actors
