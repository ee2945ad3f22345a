#include "actors/room/presence.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "actors/room/presence_text.hpp"
#include "config/base/heap_bytes.hpp"
#include "net/protocol/json_text.hpp"

namespace roost::actors {

presence::presence(const room_rule::presence_settings& rule, std::uint64_t node)
    : rule_(rule), node_(node) {
  if (rule_.mode == presence_mode::count) mode_ = mode::count;
  if (rule_.mode == presence_mode::off) mode_ = mode::off;
  if (mode_ == mode::count) telling_ = telling::counts;
}

void presence::join(const cluster::member_id& who, std::string_view key, std::string_view meta,
                    time_point now) {
  if (mode_ == mode::off) {
    ++uncounted_;
    return;
  }
  if (mode_ == mode::count) {
    if (counted_.insert(who).second) changed(now);
    return;
  }
  if (auto* const old = in_.find(who)) {
    retire(*old);
    in_.remove(who);
  }
  auto& made = in_.add(who, net::json_quoted(key));
  write(made, meta, 0, now);
  if (telling_ == telling::diffs) untold_.push_back(who);
  choose_telling(now);
  changed(now);
}

void presence::leave(const cluster::member_id& who, time_point now) {
  if (mode_ == mode::off) {
    if (uncounted_ > 0) --uncounted_;
    return;
  }
  if (mode_ == mode::count) {
    if (counted_.erase(who) == 0) return;
  } else {
    auto* const leaver = in_.find(who);
    if (!leaver) return;
    retire(*leaver);
    in_.remove(who);
    choose_telling(now);
  }
  changed(now);
  if (members() > 0) return;
  drop_window();
  if (telling_ == telling::whole) telling_ = telling::diffs;
}

bool presence::update(const cluster::member_id& who, std::string_view meta, time_point now) {
  if (mode_ == mode::off) return uncounted_ > 0;
  if (mode_ == mode::count) return counted_.contains(who);
  auto* const member = in_.find(who);
  if (!member) return false;
  // phx_ref_prev must be a ref that clients know: the one before this window, never an unseen one.
  auto before = member->ref;
  if (member->is_untold && member->ref_before != 0) before = member->ref_before;
  if (!was_shown(*member)) before = member->ref_before;
  const bool is_listed = member->is_untold;
  retire(*member);
  write(*member, meta, before, now);
  if (telling_ == telling::counts) return true;
  if (telling_ == telling::diffs && !is_listed) untold_.push_back(who);
  changed(now);
  return true;
}

void presence::clear() {
  drop_window();
  in_.clear();
  counted_.clear();
  uncounted_ = 0;
  if (mode_ == mode::full) telling_ = telling::diffs;
}

// Refs follow the clock, so a later presence list of the same room never repeats one.
void presence::write(attendee& who, std::string_view meta, std::uint64_t ref_before,
                     time_point now) {
  using std::chrono::nanoseconds;
  const auto clock = std::max(nanoseconds{now.time_since_epoch()}.count(), nanoseconds::rep{0});
  last_ref_ = std::max(last_ref_ + 1, static_cast<std::uint64_t>(clock));
  who.ref = last_ref_;
  who.ref_before = ref_before;
  who.born = states_;
  who.is_untold = telling_ == telling::diffs;
  const auto before = ref_before == 0 ? std::string{} : ref_text(node_, ref_before);
  in_.rewrite(who, attendee_text(who.key(), meta, ref_text(node_, who.ref), before));
}

// Records a departure. Only diffs list departures; counts and whole states do not.
void presence::retire(attendee& who) {
  if (telling_ != telling::diffs || !was_shown(who)) return;
  gone_.push_back({who.text, who.key_bytes});
  gone_bytes_ += heap_bytes(gone_.back().text);
}

void presence::drop_window() {
  for (const auto& id : untold_) {
    if (auto* const member = in_.find(id)) member->is_untold = false;
  }
  // Free the capacity: one large window must not keep its memory through many small ones.
  untold_.clear();
  untold_.shrink_to_fit();
  gone_.clear();
  gone_.shrink_to_fit();
  gone_bytes_ = 0;
  due_.reset();
}

void presence::choose_telling(time_point now) {
  auto next = telling_;
  if (telling_ == telling::counts) {
    if (in_.size() <= rule_.full_max / 2) next = telling::whole;
  } else if (in_.size() > rule_.full_max) {
    next = telling::counts;
  }
  if (next == telling_) return;
  drop_window();
  telling_ = next;
  due_ = due_from(now);
}

void presence::changed(time_point now) {
  if (!due_) due_ = due_from(now);
}

time_point presence::due_from(time_point now) const {
  const auto due = now + milliseconds{rule_.window_ms};
  if (telling_ != telling::counts || !counted_at_) return due;
  return std::max(due, *counted_at_ + count_every);
}

std::size_t presence::members() const {
  if (mode_ == mode::off) return uncounted_;
  return mode_ == mode::count ? counted_.size() : in_.size();
}

std::size_t presence::bytes() const {
  return in_.bytes() + flat_table_bytes(counted_.size(), sizeof(cluster::member_id)) +
         untold_.capacity() * sizeof(cluster::member_id) + gone_.capacity() * sizeof(departure) +
         gone_bytes_;
}

std::size_t presence::bytes_of(std::string_view key, std::string_view meta) const {
  if (mode_ == mode::off) return 0;
  if (mode_ == mode::count) return flat_table_bytes(1, sizeof(cluster::member_id));
  constexpr std::size_t around_meta = 64;  // the refs and the quotes of the key
  return attendance::bytes_of(heap_bytes(key.size() + meta.size() + around_meta));
}

std::optional<time_point> presence::next_due() const { return due_; }

std::size_t presence::state_bytes() const {
  constexpr std::size_t around_each = 16;  // JSON syntax around the metas of a key
  if (mode_ == mode::off) return 0;
  if (telling_ == telling::counts) return 64;
  return in_.text_bytes() + (in_.size() + 1) * around_each;
}

std::vector<notice> presence::page(cluster::side_state_cursor& at, std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  const bool is_first = at.at == stage::start;
  if (mode_ == mode::off || telling_ == telling::counts) {
    at = {.at = stage::receipts};
    if (mode_ == mode::off || !is_first) return {};
    return {count_notice()};
  }
  ++states_;
  if (is_first) at = {.at = stage::presence, .until = in_.last_place()};
  using shape = presence_pages::shape;
  presence_pages out{is_first ? shape::state : shape::diff, bytes_max, state_bytes()};
  bool is_full = false;
  in_.each_after({at.key, at.after}, [&](const attendee& one) {
    if (one.place.key > at.until) return false;
    if (one.place.member > at.until) return true;
    if (!out.has_room(one.key(), one.meta())) {
      is_full = true;
      return false;
    }
    out.add(one.key(), one.meta());
    at.key = one.place.key;
    at.after = one.place.member;
    return true;
  });
  if (!is_full) at = {.at = stage::receipts};
  return out.take();
}

std::optional<notice> presence::listed() const {
  if (mode_ != mode::full || telling_ == telling::counts) return std::nullopt;
  constexpr auto no_limit = std::numeric_limits<std::uint32_t>::max();
  presence_pages out{presence_pages::shape::state, no_limit, state_bytes()};
  in_.each([&out](const attendee& one) { out.add(one.key(), one.meta()); });
  return std::move(out.take().front());
}

std::vector<notice> presence::flush(time_point now) {
  if (!due_ || now < *due_) return {};
  due_.reset();
  if (telling_ == telling::counts) {
    counted_at_ = now;
    return {count_notice()};
  }
  if (std::exchange(telling_, telling::diffs) == telling::whole) return whole_state();
  return diff();
}

notice presence::count_notice() const {
  return {"presence_count", json_body("{\"count\":" + std::to_string(members()) + "}")};
}

std::vector<notice> presence::whole_state() {
  if (state_bytes() > state_bytes_max) return {notice{}};
  cluster::side_state_cursor from;
  return page(from, state_bytes_max);
}

std::vector<notice> presence::diff() {
  presence_pages out{presence_pages::shape::diff, diff_bytes_max, 0};
  const auto tell = [&out](attendee& one) {
    if (std::exchange(one.is_untold, false)) out.add(one.key(), one.meta());
  };
  for (const auto& id : untold_) {
    auto* const member = in_.find(id);
    if (!member || !member->is_untold) continue;
    in_.each_of_key(*member, tell);  // all at once: a key may occur only once in a JSON object
  }
  out.begin_leaves();
  const auto key_of = [](const departure& one) {
    return std::string_view{one.text}.substr(0, one.key_bytes);
  };
  std::ranges::stable_sort(gone_, {}, key_of);
  for (const auto& one : gone_) {
    out.add(key_of(one), std::string_view{one.text}.substr(one.key_bytes));
  }
  auto told = out.take();
  drop_window();
  return told;
}

}  // namespace roost::actors
