// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/deferred_messages.hpp"

#include <utility>

#include "actors/connection/request_kind.hpp"

namespace roost::actors {
namespace {

bool always_waits(const net::message& message) {
  const auto kind = kind_of(message);
  return kind == request_kind::join || kind == request_kind::leave;
}

}  // namespace

bool deferred_messages::must_wait(const net::message& message) {
  return message.topic_is_string && kind_of(message) != request_kind::heartbeat &&
         topics_.find(std::string_view{message.topic});
}

bool deferred_messages::has_space_for(const net::message& message, std::uint32_t bytes_in,
                                      const limit_settings& limits) const {
  if (pushes_ == 0 || always_waits(message)) return true;
  return pushes_ < limits.inbound_messages_max / 2 &&
         push_bytes_ + bytes_in <= limits.inbound_bytes_max / 2;
}

void deferred_messages::add_first(deferred_message message, std::uint64_t question) {
  count(message, true);
  waiting_topic added{message.in.decoded.topic, question, {}};
  added.messages.push_back(std::move(message));
  topics_.add(std::move(added));
}

void deferred_messages::add(deferred_message message) {
  count(message, true);
  auto* found = topics_.find(std::string_view{message.in.decoded.topic});
  found->messages.push_back(std::move(message));
}

bool deferred_messages::is_asking(std::string_view topic_name, std::uint64_t question) {
  const auto* found = topics_.find(topic_name);
  return found && found->question == question;
}

bool deferred_messages::is_asking_for_push(std::string_view topic_name) {
  const auto* found = topics_.find(topic_name);
  return found && kind_of(found->messages.front().in.decoded) != request_kind::join;
}

std::vector<std::string> deferred_messages::topics() const {
  std::vector<std::string> out;
  topics_.each([&out](const auto& each) { out.push_back(each.name); });
  return out;
}

void deferred_messages::count(const deferred_message& message, bool is_added) {
  if (always_waits(message.in.decoded)) return;
  pushes_ += is_added ? 1 : -1;
  push_bytes_ += is_added ? message.bytes_in : -std::uint64_t{message.bytes_in};
}

}  // namespace roost::actors
