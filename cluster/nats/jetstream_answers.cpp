// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_answers.hpp"

#include <algorithm>

#include "cluster/nats/json_document.hpp"
#include "cluster/nats/message_base64.hpp"

namespace roost::cluster {
namespace {

std::optional<jetstream_error> error_of(const json_document& answer) {
  if (!answer.is_object()) return jetstream_error{0, "the answer cannot be read"};
  if (!answer.has("/error")) return {};
  return jetstream_error{static_cast<std::uint16_t>(answer.number("/error/err_code")),
                         std::string(answer.text("/error/description"))};
}

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

std::optional<jetstream_error> error_in(std::string_view json) {
  return error_of(json_document(json));
}

write_result read_publish_answer(std::string_view json) {
  const json_document got(json);
  if (const auto failure = error_of(got)) return failed(*failure);
  const sequence at{got.number("/seq")};
  if (at == sequence{}) return failed({0, "the answer names no sequence"});
  return {write_outcome::stored, at, {}};
}

write_result read_change_answer(std::string_view json) {
  const json_document got(json);
  if (const auto failure = error_of(got)) return failed(*failure);
  return {write_outcome::stored, {}, {}};
}

std::uint64_t purged_in(std::string_view json) {
  const json_document got(json);
  return error_of(got) ? 0 : got.number("/purged");
}

result<stream_info> read_stream_info(std::string_view json) {
  const json_document got(json);
  if (const auto failure = error_of(got)) return unavailable(*failure);
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
  const json_document got(json);
  if (const auto failure = error_of(got)) {
    if (failure->is(jetstream_errc::no_message_found)) return std::optional<stored_message>{};
    return unavailable(*failure);
  }
  auto data = decode_base64(got.text("/message/data"));
  if (!data || !got.has("/message/seq")) return unavailable({0, "the answer has no message"});
  return std::optional<stored_message>{
      {got.number("/message/seq"), std::string(got.text("/message/subject")), std::move(*data)}};
}

result<stream_page> read_stream_page(std::string_view json) {
  const json_document got(json);
  if (const auto failure = error_of(got)) return unavailable(*failure);
  if (got.has("/missing/0")) return unavailable({0, "not all streams have answered"});
  stream_page out;
  out.total = got.number("/total");
  for (;; ++out.streams) {
    const auto at = "/streams/" + std::to_string(out.streams);
    if (!got.has(at)) return out;
    out.has_messages = out.has_messages || got.number(at + "/state/last_seq") > 0;
  }
}

}  // namespace roost::cluster
