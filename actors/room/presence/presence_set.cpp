// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence_set.hpp"

#include <utility>

#include "config/base/heap_bytes.hpp"

namespace roost::actors {

presence_entry* presence_set::find(const cluster::member_id& member) {
  const auto found = all_.find(member);
  return found == all_.end() ? nullptr : &found->second;
}

presence_entry& presence_set::add(const cluster::member_id& member, std::string_view key) {
  auto& made = all_.try_emplace(member).first->second;
  made.text = key;
  made.key_bytes = static_cast<std::uint32_t>(key.size());
  text_bytes_ += key.size();
  heap_bytes_ += heap_bytes(made.text);
  made.order = {++last_number_, last_number_};
  if (const auto found = keys_.find(key); found != keys_.end()) {
    made.order.key = (*found)->order.key;
  } else {
    keys_.insert(&made);
  }
  by_order_.emplace_hint(by_order_.end(), made.order, &made);
  return made;
}

void presence_set::rewrite(presence_entry& entry, std::string text) {
  text_bytes_ += text.size() - entry.text.size();
  heap_bytes_ -= heap_bytes(entry.text);
  entry.text = std::move(text);
  entry.text.shrink_to_fit();  // the text is kept until the member leaves
  heap_bytes_ += heap_bytes(entry.text);
}

void presence_set::remove(const cluster::member_id& member) {
  const auto found = all_.find(member);
  if (found == all_.end()) return;
  auto& leaver = found->second;
  by_order_.erase(leaver.order);
  if (const auto known = keys_.find(&leaver); *known == &leaver) {
    keys_.erase(known);
    const auto other = by_order_.lower_bound({leaver.order.key, 0});
    if (other != by_order_.end() && other->first.key == leaver.order.key) {
      keys_.insert(other->second);
    }
  }
  text_bytes_ -= leaver.text.size();
  heap_bytes_ -= heap_bytes(leaver.text);
  all_.erase(found);
  if (!all_.empty()) return;
  all_ = decltype(all_)();  // frees the tables' capacity
  keys_ = decltype(keys_)();
}

void presence_set::clear() {
  keys_.clear();
  by_order_.clear();
  all_.clear();
  text_bytes_ = 0;
  heap_bytes_ = 0;
}

std::size_t presence_set::bytes_of(std::size_t text_heap_bytes) {
  constexpr std::size_t pointer = sizeof(void*);  // one in the hash table's bucket, one in the node
  return heap_bytes(pointer + sizeof(decltype(all_)::value_type)) + pointer +
         tree_node_bytes(sizeof(decltype(by_order_)::value_type)) + flat_table_bytes(1, pointer) +
         text_heap_bytes;
}

}  // namespace roost::actors
