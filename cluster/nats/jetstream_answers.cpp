// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_answers.hpp"

#include <simdjson.h>

#include <algorithm>

#include "cluster/nats/message_base64.hpp"

namespace roost::cluster {
namespace {

using simdjson::dom::element;

/// A parsed answer. Every question about a missing part has a default.
class answer {
 public:
  explicit answer(std::string_view json) {
    is_read_ = parser_.parse(json.data(), json.size()).get(root_) == simdjson::SUCCESS &&
               root_.is_object();
  }
  std::optional<jetstream_error> error() const {
    if (!is_read_) return jetstream_error{0, "the answer cannot be read"};
    element found;
    if (root_["error"].get(found) != simdjson::SUCCESS) return {};
    return jetstream_error{static_cast<std::uint16_t>(number("/error/err_code")),
                           std::string(text("/error/description"))};
  }
  std::uint64_t number(std::string_view pointer) const {
    std::uint64_t out = 0;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? out : 0;
  }
  std::int64_t signed_number(std::string_view pointer) const {
    std::int64_t out = 0;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? out : 0;
  }
  std::string_view text(std::string_view pointer) const {
    std::string_view out;
    return root_.at_pointer(pointer).get(out) == simdjson::SUCCESS ? out : std::string_view{};
  }
  bool has(std::string_view pointer) const {
    return root_.at_pointer(pointer).error() == simdjson::SUCCESS;
  }
  std::vector<std::string> keys(std::string_view pointer) const {
    std::vector<std::string> out;
    simdjson::dom::object found;
    if (root_.at_pointer(pointer).get(found) != simdjson::SUCCESS) return out;
    for (const auto each : found) out.emplace_back(each.key);
    return out;
  }

 private:
  simdjson::dom::parser parser_;
  element root_;
  bool is_read_ = false;
};

bool is_about_space(const jetstream_error& failure) {
  for (const auto code :
       {jetstream_errc::account_resources_exceeded, jetstream_errc::insufficient_resources,
        jetstream_errc::storage_resources_exceeded}) {
    if (failure.is(code)) return true;
  }
  if (!failure.is(jetstream_errc::stream_store_failed)) return false;
  // It has the text of the file store, or of the system.
  for (const auto* cause : {"maximum bytes exceeded", "no space left"}) {
    if (failure.description.find(cause) != std::string::npos) return true;
  }
  return false;
}

write_outcome outcome_of(const jetstream_error& failure) {
  if (failure.number == 0) return write_outcome::unknown;
  if (failure.is(jetstream_errc::wrong_last_sequence)) return write_outcome::conflict;
  if (failure.is(jetstream_errc::wrong_last_sequence_constant)) return write_outcome::conflict;
  if (is_about_space(failure)) return write_outcome::full;
  // After an I/O error of its file store, the message may be there or not.
  const bool may_be_stored = failure.is(jetstream_errc::stream_store_failed);
  return may_be_stored ? write_outcome::unknown : write_outcome::refused;
}

write_result failed(const jetstream_error& failure) {
  return {
      outcome_of(failure), {}, failure.description + " (" + std::to_string(failure.number) + ")"};
}

error unavailable(const jetstream_error& failure) {
  return {errc::unavailable, failed(failure).why};
}

}  // namespace

std::optional<jetstream_error> error_in(std::string_view json) { return answer(json).error(); }

write_result read_publish_answer(std::string_view json) {
  const answer got(json);
  if (const auto failure = got.error()) return failed(*failure);
  const sequence at{got.number("/seq")};
  if (at == sequence{}) return failed({0, "the answer names no sequence"});
  return {write_outcome::stored, at, {}};
}

write_result read_change_answer(std::string_view json) {
  const answer got(json);
  if (const auto failure = got.error()) return failed(*failure);
  return {write_outcome::stored, {}, {}};
}

std::uint64_t purged_in(std::string_view json) {
  const answer got(json);
  return got.error() ? 0 : got.number("/purged");
}

result<stream_info> read_stream_info(std::string_view json) {
  const answer got(json);
  if (const auto failure = got.error()) return unavailable(*failure);
  if (!got.has("/state/last_seq")) return unavailable({0, "the answer has no state"});
  stream_info out;
  out.last = got.number("/state/last_seq");
  out.messages = got.number("/state/messages");
  out.first = out.messages > 0 ? got.number("/state/first_seq") : out.last + 1;
  out.bytes = got.number("/state/bytes");
  out.bytes_max =
      static_cast<std::uint64_t>(std::max<std::int64_t>(got.signed_number("/config/max_bytes"), 0));
  out.replicas = got.number("/config/num_replicas");
  out.subjects = got.number("/total");
  out.page = got.keys("/state/subjects");
  return out;
}

result<std::optional<stored_message>> read_stored_message(std::string_view json) {
  const answer got(json);
  if (const auto failure = got.error()) {
    if (failure->is(jetstream_errc::no_message_found)) return std::optional<stored_message>{};
    return unavailable(*failure);
  }
  auto data = decode_base64(got.text("/message/data"));
  if (!data || !got.has("/message/seq")) return unavailable({0, "the answer has no message"});
  return std::optional<stored_message>{
      {got.number("/message/seq"), std::string(got.text("/message/subject")), std::move(*data)}};
}

}  // namespace roost::cluster
