// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/message_builder.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "net/protocol/json/json_text.hpp"

namespace roost::net {

namespace {

thread_local std::uint64_t built = 0;

}  // namespace

message_builder& message_builder::raw(std::string_view part) {
  if (parts_count_ == parts_max) std::abort();  // a bug: an encoder adds too many parts
  parts_[parts_count_++] = part;
  size_ += part.size();
  return *this;
}

message_builder& message_builder::raw_owned(std::string part) {
  if (owned_count_ == owned_max) std::abort();  // as above
  owned_[owned_count_] = std::move(part);
  return raw(owned_[owned_count_++]);
}

message_builder& message_builder::quoted(std::string_view text) {
  if (needs_escape(text)) return raw_owned(json_quoted(text));
  return raw("\"").raw(text).raw("\"");
}

message_builder& message_builder::name(const wire_name& topic) {
  return topic.is_json ? raw(topic.text) : quoted(topic.text);
}

message_builder& message_builder::json(const ref& reference) {
  return raw(reference.is_null() ? std::string_view{"null"} : std::string_view{reference.json});
}

encoded_ptr message_builder::build(encoded_kind kind) const {
  auto message = conflation_key_ ? encoded_ptr::make_ephemeral(kind, size_, *conflation_key_)
                                 : encoded_ptr::make(kind, size_);
  char* to = message->data();
  for (std::size_t i = 0; i < parts_count_; ++i) {
    if (parts_[i].empty()) continue;
    std::memcpy(to, parts_[i].data(), parts_[i].size());
    to += parts_[i].size();
  }
  ++built;
  return message;
}

std::uint64_t message_builder::built_by_this_thread() { return built; }

}  // namespace roost::net
