// SPDX-License-Identifier: Apache-2.0
#include "actors/room/presence/presence_text.hpp"

#include <algorithm>

namespace roost::actors {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr int node_digits = 5;
constexpr int number_digits = 11;

constexpr std::string_view joins_begin = "{\"joins\":{";
constexpr std::string_view leaves_begin = "},\"leaves\":{";
constexpr std::string_view metas_begin = ":{\"metas\":[";
constexpr std::string_view metas_end = "]}";
// The longest end of a page after its last meta: ]},"leaves":{}}
constexpr std::size_t tail_bytes = 2 + leaves_begin.size() + 2;

void append_digits(std::string& out, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) out.push_back(digits[value >> (6 * i) & 63]);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

// The text between an object's braces; empty if it is no object.
std::string_view members_of(std::string_view object) {
  object = trimmed(object);
  if (object.size() < 2 || object.front() != '{' || object.back() != '}') return {};
  return trimmed(object.substr(1, object.size() - 2));
}

}  // namespace

std::string ref_text(std::uint64_t node, std::uint64_t number) {
  std::string out;
  out.reserve(node_digits + number_digits);
  append_digits(out, node ^ node >> 30 ^ node >> 60, node_digits);
  append_digits(out, number, number_digits);
  return out;
}

std::string presence_entry_text(std::string_view key, std::string_view meta, std::string_view ref,
                                std::string_view ref_before) {
  constexpr std::string_view ref_begin = "\"phx_ref\":\"";
  constexpr std::string_view before_begin = "\",\"phx_ref_prev\":\"";
  const auto members = members_of(meta);
  std::string out;
  // Reserve the exact size: the text is kept until the member leaves.
  out.reserve(key.size() + 1 + (members.empty() ? 0 : members.size() + 1) + ref_begin.size() +
              ref.size() + (ref_before.empty() ? 0 : before_begin.size() + ref_before.size()) + 2);
  out.append(key).push_back('{');
  if (!members.empty()) out.append(members).push_back(',');
  out.append(ref_begin).append(ref);
  if (!ref_before.empty()) out.append(before_begin).append(ref_before);
  return out.append("\"}");
}

presence_pages::presence_pages(shape first, std::size_t page_bytes_max, std::size_t bytes_expected)
    : shape_(first), page_bytes_max_(page_bytes_max), bytes_expected_(bytes_expected) {
  open();
}

void presence_pages::open() {
  text_.reserve(std::min(bytes_expected_, page_bytes_max_));
  text_ = shape_ == shape::state ? "{" : joins_begin;
  if (in_leaves_) text_ += leaves_begin;
  has_key_ = has_metas_ = false;
}

void presence_pages::end_key() {
  if (has_key_) text_ += metas_end;
  has_key_ = false;
}

void presence_pages::close() {
  end_key();
  if (shape_ == shape::state) {
    text_ += "}";
    done_.emplace_back("presence_state", json_body(text_));
  } else {
    if (!in_leaves_) text_ += leaves_begin;
    text_ += "}}";
    done_.emplace_back("presence_diff", json_body(text_));
  }
}

bool presence_pages::has_room(std::string_view key, std::string_view meta) const {
  const auto needed = metas_end.size() + 1 + key.size() + metas_begin.size() + meta.size();
  return !has_metas_ || text_.size() + needed + tail_bytes <= page_bytes_max_;
}

void presence_pages::add(std::string_view key, std::string_view meta) {
  bool is_next_of_key = has_key_ && key == key_;
  if (!has_room(key, meta)) {
    close();
    shape_ = shape::diff;
    open();
    is_next_of_key = false;
  }
  if (is_next_of_key) {
    text_ += ',';
  } else {
    if (has_key_) text_.append(metas_end).push_back(',');
    text_.append(key).append(metas_begin);
    key_ = key;
    has_key_ = true;
  }
  text_ += meta;
  has_metas_ = true;
}

void presence_pages::begin_leaves() {
  end_key();
  in_leaves_ = true;
  text_ += leaves_begin;
}

std::vector<notification> presence_pages::take() {
  if (has_metas_ || shape_ == shape::state) close();
  return std::move(done_);
}

}  // namespace roost::actors
