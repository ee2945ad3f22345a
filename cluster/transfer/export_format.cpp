// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_format.hpp"

#include <algorithm>
#include <utility>

#include "config/base/overloaded.hpp"

namespace roost::cluster {
namespace {

// A part: its kind (1 byte), the length of its contents (4), the contents, a checksum (8). The kind
// is the place in the variant, from 1 on. Numbers are little endian.
constexpr std::size_t header_bytes = 5;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t version_digits_max = 9;
constexpr char snapshot_kind = 4;

/// Reads the fields of a part. Owns: nothing. Runs on: one thread. Ends: with the part.
class part_reader {
 public:
  explicit part_reader(std::string_view contents) : rest_(contents) {}

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t out = 0;
    const auto from = take(bytes);
    for (std::size_t i = from.size(); i-- > 0;) {
      out = out << 8U | static_cast<unsigned char>(from[i]);
    }
    return out;
  }
  sequence at() { return sequence{number(8)}; }
  std::string text() { return std::string(take(number(4))); }
  slice message() { return slice::of(bytes_ptr::copy(take(rest_.size()))); }
  /// Every byte was read, and none was missing.
  bool is_exact() const { return !is_short_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t bytes) {
    is_short_ |= bytes > rest_.size();
    const auto out = rest_.substr(0, bytes);
    rest_.remove_prefix(out.size());
    return out;
  }
  std::string_view rest_;
  bool is_short_ = false;
};

std::optional<export_part> part_of(unsigned kind, std::string_view contents) {
  part_reader in(contents);
  std::optional<export_part> out;
  // Braces read the fields in their order.
  if (kind == 1) out = export_parts::store{in.at(), in.at(), in.message()};
  if (kind == 2)
    out = export_parts::shard{shard_id{static_cast<std::uint32_t>(in.number(4))}, in.at(), in.at()};
  if (kind == 3) out = export_parts::log_message{in.at(), in.message()};
  if (kind == snapshot_kind) out = export_parts::snapshot{in.text(), in.at(), in.message()};
  if (kind == 5) out = export_parts::end{in.number(8), in.number(8)};
  return in.is_exact() ? out : std::nullopt;
}

void write_fields(const export_part& part, wire::byte_writer& out) {
  std::visit(overloaded{
                 [&](const export_parts::store& x) {
                   out.fixed(x.last_snapshot.value);
                   out.fixed(x.at.value);
                   out.raw(x.identity.view());
                 },
                 [&](const export_parts::shard& x) {
                   out.fixed(x.id.value);
                   out.fixed(x.first.value);
                   out.fixed(x.last.value);
                 },
                 [&](const export_parts::log_message& x) {
                   out.fixed(x.at.value);
                   out.raw(x.data.view());
                 },
                 [&](const export_parts::snapshot& x) {
                   out.fixed(static_cast<std::uint32_t>(x.key.size()));
                   out.raw(x.key);
                   out.fixed(x.at.value);
                   out.raw(x.data.view());
                 },
                 [&](const export_parts::end& x) {
                   out.fixed(x.log_messages);
                   out.fixed(x.snapshots);
                 },
             },
             part);
}

}  // namespace

void export_encoder::begin(wire::byte_writer& out) {
  out.raw(export_title);
  out.raw(std::to_string(export_version) + "\n");
}

void export_encoder::add(const export_part& part, wire::byte_writer& out) {
  const auto begin = out.size();
  out.byte(static_cast<std::uint8_t>(part.index() + 1));
  out.fixed(std::uint32_t{0});
  write_fields(part, out);
  out.overwrite(begin + 1, static_cast<std::uint32_t>(out.size() - begin - header_bytes));
  out.fixed(checksum_.next(out.view().substr(begin)));
}

bool export_decoder::refuse(std::string why) {
  problem_ = std::move(why);
  return false;
}

void export_decoder::take(std::string_view bytes) {
  if (!problem_.empty()) return;
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
  if (has_ended_ && !rest().empty()) refuse("bytes follow its end");
}

void export_decoder::skip(std::size_t bytes) {
  at_ += bytes;
  bytes_read_ += bytes;
}

/// False: more bytes are needed, or this is no export.
bool export_decoder::read_title() {
  const auto text = rest();
  const auto known = std::min(text.size(), export_title.size());
  if (text.substr(0, known) != export_title.substr(0, known)) {
    return refuse("it is not an export of a store");
  }
  const auto end = text.find('\n', known);
  if (end == std::string_view::npos) {
    if (text.size() <= export_title.size() + version_digits_max) return false;
    return refuse("it is not an export of a store");
  }
  const auto version = text.substr(known, end - known);
  if (version != std::to_string(export_version)) {
    return refuse("it has version " + std::string(version) +
                  ", and this program supports version " + std::to_string(export_version) +
                  ": use a newer program");
  }
  skip(end + 1);
  has_title_ = true;
  return true;
}

std::optional<export_part> export_decoder::next() {
  if (!problem_.empty() || has_ended_) return {};
  if (!has_title_ && !read_title()) return {};
  if (rest().size() < header_bytes) return {};
  const auto length = part_reader(rest().substr(1, 4)).number(4);
  const auto size = header_bytes + length;
  const bool is_snapshot = rest()[0] == snapshot_kind;
  const bool is_possible =
      length <= (is_snapshot ? export_snapshot_bytes_max : export_part_bytes_max);
  if (is_possible && rest().size() < size + checksum_bytes) return {};
  auto out = is_possible ? read_part(size) : std::nullopt;
  if (!out) {
    refuse("it is damaged at byte " + std::to_string(bytes_read_));
    return {};
  }
  skip(size + checksum_bytes);
  has_ended_ = std::holds_alternative<export_parts::end>(*out);
  if (has_ended_ && !rest().empty()) refuse("bytes follow its end");
  return out;
}

/// A part of `size` bytes without its checksum, which is in the buffer. None: it is damaged.
std::optional<export_part> export_decoder::read_part(std::size_t size) {
  const auto part = rest().substr(0, size);
  const auto checksum = part_reader(rest().substr(size, checksum_bytes)).number(checksum_bytes);
  if (checksum_.next(part) != checksum) return {};
  return part_of(static_cast<unsigned char>(part[0]), part.substr(header_bytes));
}

bool export_decoder::end() {
  if (!problem_.empty()) return false;
  if (has_ended_) return true;
  return refuse("it ends after " + std::to_string(bytes_read_ + rest().size()) +
                " bytes, before its end mark: it was cut off");
}

}  // namespace roost::cluster
