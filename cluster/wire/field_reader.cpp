// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/field_reader.hpp"

#include <algorithm>

#include "cluster/wire/envelope_fields.hpp"
#include "cluster/wire/name_check.hpp"

namespace roost::cluster::wire {

namespace {

/// An error that only a newer version knows becomes `unavailable`: the command had no effect.
errc known_errc(std::uint64_t number) {
  const auto all = error_catalogue();
  const auto found = std::ranges::find(
      all, number, [](const error_row& row) { return static_cast<std::uint64_t>(row.code); });
  return found == all.end() ? errc::unavailable : found->code;
}

}  // namespace

void field_reader::fail(wire_error why) {
  if (why_ == wire_error::none) why_ = why;
  rest_ = {};
}

std::string_view field_reader::take(std::size_t size) {
  if (size > rest_.size()) {
    fail(wire_error::malformed);
    return {};
  }
  const auto out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

std::uint8_t field_reader::take_byte() {
  const auto out = take(1);
  return out.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(out.front());
}

std::uint64_t field_reader::take_varint() {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto next = take_byte();
    out |= std::uint64_t{next & 0x7fU} << shift;
    if (next < 0x80) {
      require(shift < 63 || next <= 1);
      return out;
    }
  }
  fail(wire_error::malformed);
  return 0;
}

void field_reader::name(std::string& text) {
  const auto found = take(take_varint());
  require(is_name(found));
  text = found;
}

void field_reader::name(shared_topic& name_of_topic) {
  topic read_topic;
  name(read_topic.name);
  topic_ = shared_topic{std::move(read_topic)};
  name_of_topic = topic_;
}

void field_reader::read(bool& value) {
  const auto number = take_byte();
  require(number <= 1);
  value = number == 1;
}

void field_reader::read(std::int64_t& number) {
  const auto bits = take_varint();
  number = static_cast<std::int64_t>(bits >> 1U ^ ((bits & 1U) != 0 ? ~std::uint64_t{0} : 0));
}

void field_reader::read(errc& code) { code = known_errc(take_varint()); }

void field_reader::read(payload& body) {
  const auto flags = take_byte();
  require(flags <= 2);  // never both: only JSON is an object
  body.kind = flags == 1 ? payload_kind::binary : payload_kind::json;
  body.is_object = flags == 2;
  body.data = share(take(take_varint()));
}

void field_reader::ordered_events(std::vector<event_ptr>& all) {
  for (auto count = take_varint(); count > 0 && why_ == wire_error::none; --count) {
    auto held = std::make_shared<event>();
    held->topic = topic_;
    auto& body = held->body.emplace<events::ordered>();
    sized([&] { (*this)(held->epoch_number, held->epoch_text, held->at, body); });
    all.push_back(std::move(held));
  }
}

slice field_reader::share(std::string_view part) const {
  constexpr std::size_t waste_max = 256;
  if (part.empty()) return {};
  if (input_.whole->size() > 2 * part.size() + waste_max) {
    return slice::of(bytes_ptr::copy(part));
  }
  const auto begin = static_cast<std::uint32_t>(part.data() - input_.whole->data());
  return {input_.whole, begin, static_cast<std::uint32_t>(part.size())};
}

}  // namespace roost::cluster::wire
