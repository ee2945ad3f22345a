// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/record_size.hpp"

#include "config/base/overloaded.hpp"

namespace roost::cluster {
namespace {

// Numbers, lengths and tags of a record or of one of its parts, in any encoding.
constexpr std::size_t overhead = 64;

std::size_t size_of(const kept_answer& answer) {
  return overhead +
         std::visit(overloaded{
                        [](const kept::pushed& pushed) { return pushed.at.epoch.size(); },
                        [](const kept::joined& joined) { return joined.at.epoch.size(); },
                        [](const kept::left&) { return std::size_t{0}; },
                        [](const kept::done& done) { return std::size_t{done.response.data.size}; },
                        [](const kept::refused& refused) {
                          return std::size_t{refused.response.data.size};
                        },
                    },
                    answer);
}

std::size_t size_of(const records::receipts& receipts) {
  std::size_t sum = 0;
  for (const auto& mark : receipts.marks) sum += overhead + mark.user.size() + mark.at.epoch.size();
  return sum;
}

}  // namespace

std::size_t encoded_size_max(const log_record& record) {
  std::size_t sum = 2 * overhead + record.topic.name.size() + record.of.text.size();
  for (const auto& answer : record.answers) sum += size_of(answer.given);
  return sum + std::visit(overloaded{
                              [](const records::ordered& event) {
                                return event.name.size() + event.payload.data.size +
                                       event.user.size() + event.idempotency_key.size();
                              },
                              [](const records::receipts& receipts) { return size_of(receipts); },
                              [](const records::crashed&) { return std::size_t{0}; },
                              [](const records::removed&) { return std::size_t{0}; },
                              [](const records::unknown& unknown) {
                                return std::size_t{unknown.data.size};
                              },
                          },
                          record.body);
}

}  // namespace roost::cluster
