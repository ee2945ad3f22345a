// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "actors/room/presence/presence_text.hpp"
#include "config/base/heap_bytes.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors {

presence::presence(const room_rule::presence_settings& rule) : rule_(rule) {
  if (rule_.mode == presence_mode::count) mode_ = mode::count;
  if (rule_.mode == presence_mode::off) mode_ = mode::off;
  if (mode_ == mode::count) flush_mode_ = flush_mode::counts;
}

void presence::join(const cluster::member_id& member, std::string_view key, std::string_view meta,
                    std::uint64_t ref, time_point now) {
  if (mode_ == mode::off) {
    ++member_count_;
    return;
  }
  if (mode_ == mode::count) {
    if (counted_.insert(member).second) changed(now);
    return;
  }
  if (auto* const old = entries_.find(member)) {
    retire(member, *old);
    entries_.remove(member);
  }
  auto& made = entries_.add(member, net::json_quoted(key));
  write(made, member.node, meta, ref, 0);
  if (flush_mode_ == flush_mode::diffs) unannounced_.push_back(member);
  choose_flush_mode(now);
  changed(now);
}

void presence::leave(const cluster::member_id& member, time_point now) {
  if (mode_ == mode::off) {
    if (member_count_ > 0) --member_count_;
    return;
  }
  if (mode_ == mode::count) {
    if (counted_.erase(member) == 0) return;
  } else {
    auto* const leaver = entries_.find(member);
    if (!leaver) return;
    retire(member, *leaver);
    entries_.remove(member);
    choose_flush_mode(now);
  }
  changed(now);
  if (members() > 0) return;
  drop_window();
  if (flush_mode_ == flush_mode::whole) flush_mode_ = flush_mode::diffs;
}

bool presence::update(const cluster::member_id& id, std::string_view meta, std::uint64_t ref,
                      time_point now) {
  if (mode_ == mode::off) return member_count_ > 0;
  if (mode_ == mode::count) return counted_.contains(id);
  auto* const member = entries_.find(id);
  if (!member) return false;
  // phx_ref_prev must be a ref that clients know: the one before this window, never an unseen one.
  auto before = member->ref;
  if (member->is_unannounced && member->ref_before != 0) before = member->ref_before;
  if (!was_shown(*member)) before = member->ref_before;
  const bool is_listed = member->is_unannounced;
  retire(id, *member);
  write(*member, id.node, meta, ref, before);
  if (flush_mode_ == flush_mode::counts) return true;
  if (flush_mode_ == flush_mode::diffs && !is_listed) unannounced_.push_back(id);
  changed(now);
  return true;
}

void presence::clear() {
  drop_window();
  entries_.clear();
  counted_.clear();
  member_count_ = 0;
  if (mode_ == mode::full) flush_mode_ = flush_mode::diffs;
}

void presence::forget_changes() {
  drop_window();
  if (flush_mode_ == flush_mode::whole) flush_mode_ = flush_mode::diffs;
}

void presence::write(presence_entry& entry, node_id node, std::string_view meta, std::uint64_t ref,
                     std::uint64_t ref_before) {
  entry.ref = ref;
  entry.ref_before = ref_before;
  entry.pages_before = pages_made_;
  entry.is_unannounced = flush_mode_ == flush_mode::diffs;
  const auto before = ref_before == 0 ? std::string{} : ref_text(node.value, ref_before);
  entries_.rewrite(entry,
                   presence_entry_text(entry.key(), meta, ref_text(node.value, ref), before));
}

// Records a departure. Only diffs list departures; counts and whole states do not.
void presence::retire(const cluster::member_id& member, const presence_entry& entry) {
  if (flush_mode_ != flush_mode::diffs || !was_shown(entry)) return;
  gone_.push_back({entry.text, entry.key_bytes, member, entry.ref});
  gone_bytes_ += heap_bytes(gone_.back().text);
}

// A member whose edge attached again has the ref that it had before. Clients drop a ref that both
// joins and leaves.
bool presence::is_back(const departure& one) {
  const auto* const member = entries_.find(one.member);
  return member && member->ref == one.ref;
}

void presence::drop_window() {
  for (const auto& id : unannounced_) {
    if (auto* const member = entries_.find(id)) member->is_unannounced = false;
  }
  // Free the capacity: one large window must not keep its memory through many small ones.
  unannounced_.clear();
  unannounced_.shrink_to_fit();
  gone_.clear();
  gone_.shrink_to_fit();
  gone_bytes_ = 0;
  due_.reset();
}

void presence::choose_flush_mode(time_point now) {
  auto next = flush_mode_;
  if (flush_mode_ == flush_mode::counts) {
    if (entries_.size() <= rule_.full_max / 2) next = flush_mode::whole;
  } else if (entries_.size() > rule_.full_max) {
    next = flush_mode::counts;
  }
  if (next == flush_mode_) return;
  drop_window();
  flush_mode_ = next;
  due_ = due_from(now);
}

void presence::changed(time_point now) {
  if (!due_) due_ = due_from(now);
}

time_point presence::due_from(time_point now) const {
  const auto due = now + milliseconds{rule_.window_ms};
  if (flush_mode_ != flush_mode::counts || !counted_at_) return due;
  return std::max(due, *counted_at_ + count_every);
}

std::size_t presence::members() const {
  if (mode_ == mode::off) return member_count_;
  return mode_ == mode::count ? counted_.size() : entries_.size();
}

std::size_t presence::bytes() const {
  return entries_.bytes() + flat_table_bytes(counted_.size(), sizeof(cluster::member_id)) +
         unannounced_.capacity() * sizeof(cluster::member_id) +
         gone_.capacity() * sizeof(departure) + gone_bytes_;
}

std::size_t presence::bytes_of(std::string_view key, std::string_view meta) const {
  if (mode_ == mode::off) return 0;
  if (mode_ == mode::count) return flat_table_bytes(1, sizeof(cluster::member_id));
  constexpr std::size_t around_meta = 64;  // the refs and the quotes of the key
  return presence_set::bytes_of(heap_bytes(key.size() + meta.size() + around_meta));
}

std::optional<time_point> presence::next_due() const { return due_; }

std::size_t presence::state_bytes() const {
  constexpr std::size_t around_each = 16;  // JSON syntax around the metas of a key
  if (mode_ == mode::off) return 0;
  if (flush_mode_ == flush_mode::counts) return 64;
  return entries_.text_bytes() + (entries_.size() + 1) * around_each;
}

std::vector<notification> presence::page(cluster::side_state_cursor& at, std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  const bool is_first = at.at == stage::start;
  if (mode_ == mode::off || flush_mode_ == flush_mode::counts) {
    at = {.at = stage::receipts};
    if (mode_ == mode::off || !is_first) return {};
    return {count_notification()};
  }
  ++pages_made_;
  if (is_first) at = {.at = stage::presence, .until = entries_.last_number()};
  using shape = presence_pages::shape;
  presence_pages out{is_first ? shape::state : shape::diff, bytes_max, state_bytes()};
  bool is_full = false;
  entries_.each_after({at.key, at.after}, [&](const presence_entry& one) {
    if (one.order.key > at.until) return false;
    if (one.order.member > at.until) return true;
    if (!out.has_room(one.key(), one.meta())) {
      is_full = true;
      return false;
    }
    out.add(one.key(), one.meta());
    at.key = one.order.key;
    at.after = one.order.member;
    return true;
  });
  if (!is_full) at = {.at = stage::receipts};
  return out.take();
}

std::optional<notification> presence::listed() const {
  if (mode_ != mode::full || flush_mode_ == flush_mode::counts) return std::nullopt;
  constexpr auto no_limit = std::numeric_limits<std::uint32_t>::max();
  presence_pages out{presence_pages::shape::state, no_limit, state_bytes()};
  entries_.each([&out](const presence_entry& one) { out.add(one.key(), one.meta()); });
  return std::move(out.take().front());
}

std::vector<notification> presence::flush(time_point now) {
  if (!due_ || now < *due_) return {};
  due_.reset();
  if (flush_mode_ == flush_mode::counts) {
    counted_at_ = now;
    return {count_notification()};
  }
  if (std::exchange(flush_mode_, flush_mode::diffs) == flush_mode::whole) return whole_state();
  return diff();
}

notification presence::count_notification() const {
  return {"presence_count", json_body("{\"count\":" + std::to_string(members()) + "}")};
}

std::vector<notification> presence::whole_state() {
  if (state_bytes() > state_bytes_max) return {notification{}};
  cluster::side_state_cursor from;
  return page(from, state_bytes_max);
}

std::vector<notification> presence::diff() {
  presence_pages out{presence_pages::shape::diff, diff_bytes_max, 0};
  const auto add_join = [&out](presence_entry& one) {
    if (std::exchange(one.is_unannounced, false)) out.add(one.key(), one.meta());
  };
  for (const auto& id : unannounced_) {
    auto* const member = entries_.find(id);
    if (!member || !member->is_unannounced) continue;
    // All entries of the key at once: a key may occur only once in a JSON object.
    entries_.each_of_key(*member, add_join);
  }
  out.begin_leaves();
  const auto key_of = [](const departure& one) {
    return std::string_view{one.text}.substr(0, one.key_bytes);
  };
  std::ranges::stable_sort(gone_, {}, key_of);
  for (const auto& one : gone_) {
    if (is_back(one)) continue;
    out.add(key_of(one), std::string_view{one.text}.substr(one.key_bytes));
  }
  auto pages = out.take();
  drop_window();
  return pages;
}

}  // namespace roost::actors
