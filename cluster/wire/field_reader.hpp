// SPDX-License-Identifier: Apache-2.0
// Reads the fields of messages that field_writer.hpp wrote. Pure.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/envelope.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/wire/wire_format.hpp"

namespace roost::cluster::wire {

/// Reads values one after the other. After the first error it only returns default values, and
/// why() is the error. It allocates for a list or a text only as its bytes are read. A payload
/// shares the input, unless it would keep a much larger input alive.
/// Owns: a reference to the input. Runs on: the caller's thread. Ends: with one message.
class field_reader {
 public:
  explicit field_reader(slice input) : input_(std::move(input)), rest_(input_.view()) {}

  wire_error why() const { return why_; }
  /// The bytes that are not read yet.
  std::string_view rest() const { return rest_; }

  template <class... Fields>
  void operator()(Fields&... each) {
    (read(each), ...);
  }
  template <class Tag>
  void fixed(strong_id<Tag>& id) {
    id.value = take_fixed<std::uint64_t>();
  }
  template <std::unsigned_integral Number>
  void fixed(Number& number) {
    number = take_fixed<Number>();
  }
  /// A name of a topic or an event.
  void name(std::string& text);
  void name(shared_topic& topic);
  template <class Choice>
  void choice(Choice& value, Choice last) {
    const auto number = take_byte();
    require(number <= static_cast<std::uint8_t>(last));
    if (why_ == wire_error::none) value = static_cast<Choice>(number);
  }
  void require(bool holds) {
    if (!holds) fail(wire_error::malformed);
  }
  /// Ignores the sized bytes that `body` does not read: a newer version has added them.
  void sized(const auto& body) {
    const auto size = take_fixed<std::uint32_t>();
    const auto all = rest_;
    if (size > all.size()) return fail(wire_error::malformed);
    rest_ = all.substr(0, size);
    body();
    if (why_ == wire_error::none) rest_ = all.substr(size);
  }
  /// Fields at the end that messages of older versions do not have; then they keep their values.
  void added(const auto& body) {
    if (!rest_.empty()) body();
  }
  template <class List, class... Kinds>
  void kind(List, std::variant<Kinds...>& body) {
    const auto number = take_byte();
    require(number != 0);
    if (why_ != wire_error::none) return;
    if (!(read_kind<Kinds>(List{}, number, body) || ...)) fail(wire_error::future);
  }
  /// Reads ordered events; their topic is the one that was read last.
  void ordered_events(std::vector<event_ptr>& all);

 private:
  void fail(wire_error why);
  std::string_view take(std::size_t size);
  std::uint8_t take_byte();
  std::uint64_t take_varint();
  template <class Number>
  Number take_fixed() {
    Number out = 0;
    unsigned shift = 0;
    for (const char c : take(sizeof out)) {
      out |= Number{static_cast<unsigned char>(c)} << shift;
      shift += 8;
    }
    return out;
  }

  void read(bool& value);
  template <std::unsigned_integral Number>
  void read(Number& number) {
    const auto value = take_varint();
    require(value <= std::numeric_limits<Number>::max());
    number = static_cast<Number>(value);
  }
  void read(std::int64_t& number);
  template <class Tag>
  void read(strong_id<Tag>& id) {
    id.value = take_varint();
  }
  void read(node_id& node) { fixed(node); }
  void read(errc& code);
  void read(std::string& text) { text = take(take_varint()); }
  void read(payload& body);
  template <class T>
  void read(std::optional<T>& value) {
    bool has_value = false;
    read(has_value);
    if (has_value) read(value.emplace());
  }
  template <class T>
  void read(std::shared_ptr<const T>& value) {
    bool has_value = false;
    read(has_value);
    if (!has_value) return;
    auto made = std::make_shared<T>();
    read(*made);
    value = std::move(made);
  }
  template <class T>
  void read(std::vector<T>& all) {
    for (auto count = take_varint(); count > 0 && why_ == wire_error::none; --count) {
      read(all.emplace_back());
    }
  }
  template <class A, class B>
  void read(std::pair<A, B>& both) {
    (*this)(both.first, both.second);
  }
  template <class Struct>
  requires requires(field_reader& self, Struct& value) { fields(self, value); }
  void read(Struct& value) { fields(*this, value); }

  template <class Kind, class List, class Variant>
  bool read_kind(List, std::uint8_t number, Variant& body) {
    if constexpr (std::same_as<Kind, records::unknown>) {
      body = records::unknown{number, take_rest()};
      return true;
    } else if constexpr (std::same_as<Kind, commands::unknown>) {
      body = commands::unknown{number};
      return true;
    } else {
      static_assert(List::template number<Kind>() != 0);
      if (number != List::template number<Kind>()) return false;
      read(body.template emplace<Kind>());
      return true;
    }
  }
  /// All bytes that are left in the innermost sized bytes.
  slice take_rest() { return share(take(rest_.size())); }
  slice share(std::string_view part) const;

  slice input_;
  std::string_view rest_;
  shared_topic topic_;
  wire_error why_ = wire_error::none;
};

}  // namespace roost::cluster::wire
