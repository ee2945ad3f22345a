// SPDX-License-Identifier: Apache-2.0
#include "actors/room/member_name.hpp"

#include <algorithm>
#include <string_view>

namespace roost::actors {

namespace {

void append_base36(std::string& out, std::uint64_t rest) {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  const auto begin = out.size();
  do {
    out.push_back(digits[rest % digits.size()]);
    rest /= digits.size();
  } while (rest != 0);
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

}  // namespace

std::string anonymous_name(const cluster::member_id& member) {
  std::string out = "~";
  append_base36(out, member.node.value & 0xFFFFFFFFFFU);
  out.push_back('-');
  append_base36(out, member.connection.value);
  return out;
}

std::string name_of_sender(const cluster::member_id& sender, const std::string& user) {
  return user.empty() ? anonymous_name(sender) : user;
}

}  // namespace roost::actors
