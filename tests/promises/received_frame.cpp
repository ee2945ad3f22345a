// SPDX-License-Identifier: Apache-2.0
#include "tests/promises/received_frame.hpp"

#include <cstdint>
#include <stdexcept>

namespace roost::promises {

namespace {

using json = nlohmann::json;

std::string text_or_null(const json& ref) {
  return ref.is_null() ? std::string() : ref.get<std::string>();
}

}  // namespace

received_frame decode_frame(const std::string& text) {
  const auto all = json::parse(text);
  received_frame out;
  json at;
  if (all.is_array()) {
    out = {text_or_null(all.at(0)), text_or_null(all.at(1)), all.at(2), all.at(3), all.at(4), {}};
    if (all.size() > 5) at = all[5];
  } else {
    out = {{}, text_or_null(all.at("ref")), all.at("topic"), all.at("event"), all.at("payload"),
           {}};
    at = all.value("position", json());
    // V1 has no join_ref; phx_close and phx_error carry the channel's join_ref in the ref field.
    if (out.event == "phx_close" || out.event == "phx_error") out.join_ref = out.reference;
  }
  if (at.is_null()) return out;
  out.position = position{at.at("epoch"), at.at("offset"), at.at("time")};
  if (out.position->time_ms <= 0) throw std::invalid_argument("an event has no time");
  return out;
}

}  // namespace roost::promises
