// SPDX-License-Identifier: Apache-2.0
// Writes the fields of messages; field_reader.hpp has the same functions and reads them. Pure.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/envelope.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/wire/byte_writer.hpp"

namespace roost::cluster::wire {

/// Writes values one after the other. The function fields() of a struct names its values.
/// Owns: nothing. Runs on: the caller's thread. Ends: with one message.
class field_writer {
 public:
  explicit field_writer(byte_writer& out) : out_(out) {}

  template <class... Fields>
  void operator()(const Fields&... each) {
    (write(each), ...);
  }
  /// A number of 8 bytes, for values that are large.
  template <class Tag>
  void fixed(const strong_id<Tag>& id) {
    out_.fixed(id.value);
  }
  void fixed(std::uint64_t number) { out_.fixed(number); }
  void name(const std::string& text) { write(text); }
  void name(const shared_topic& topic) { write(topic->name); }
  void choice(auto value, auto) { out_.byte(static_cast<std::uint8_t>(value)); }
  void require(bool) {}
  /// Bytes with their length in front, so that a reader can ignore an unknown tail.
  void sized(const auto& body) {
    const auto at = out_.size();
    out_.fixed(std::uint32_t{0});
    body();
    out_.overwrite(at, static_cast<std::uint32_t>(out_.size() - at - sizeof(std::uint32_t)));
  }
  void added(const auto& body) { body(); }
  template <class List, class... Kinds>
  void kind(List, const std::variant<Kinds...>& body) {
    std::visit([&](const auto& each) { write_kind(List{}, each); }, body);
  }
  void ordered_events(const auto& all) {
    out_.varint(all.size());
    for (const auto& each : all) {
      sized([&] { (*this)(each->epoch_number, each->epoch_text, each->at, ordered_of(*each)); });
    }
  }

 private:
  void write(bool value) { out_.byte(value ? 1 : 0); }
  template <std::unsigned_integral Number>
  void write(Number number) {
    out_.varint(number);
  }
  void write(std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    out_.varint(bits << 1U ^ (number < 0 ? ~std::uint64_t{0} : 0));  // zigzag
  }
  template <class Tag>
  void write(const strong_id<Tag>& id) {
    out_.varint(id.value);
  }
  void write(node_id node) { out_.fixed(node.value); }
  void write(errc code) { out_.varint(static_cast<std::uint16_t>(code)); }
  void write(const std::string& text) {
    out_.varint(text.size());
    out_.raw(text);
  }
  void write(const payload& body) {
    out_.byte(body.is_binary() ? 1 : body.is_object ? 2 : 0);
    out_.varint(body.data.size);
    out_.raw(body.data.view());
  }
  template <class T>
  void write(const std::optional<T>& value) {
    write(value.has_value());
    if (value) write(*value);
  }
  template <class T>
  void write(const std::shared_ptr<const T>& value) {
    write(value != nullptr);
    if (value) write(*value);
  }
  template <class T>
  void write(const std::vector<T>& all) {
    out_.varint(all.size());
    for (const auto& each : all) write(each);
  }
  template <class A, class B>
  void write(const std::pair<A, B>& both) {
    (*this)(both.first, both.second);
  }
  template <class Struct>
  requires requires(field_writer& self, const Struct& value) { fields(self, value); }
  void write(const Struct& value) { fields(*this, value); }

  template <class List, class Kind>
  void write_kind(List, const Kind& body) {
    constexpr auto number = List::template number<Kind>();
    static_assert(number != 0, "the kind has no number in kind_lists.hpp");
    out_.byte(number);
    write(body);
  }
  template <class List>
  void write_kind(List, const records::unknown& body) {
    out_.byte(body.kind);
    out_.raw(body.data.view());
  }

  template <class List>
  void write_kind(List, const commands::unknown& body) {
    out_.byte(body.kind);
  }

  byte_writer& out_;
};

}  // namespace roost::cluster::wire
