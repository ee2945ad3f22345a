// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_calls.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/nats_message.hpp"

namespace roost::cluster {
namespace {

/// A server of three replicas makes a stream in some 10 ms; more at a time would only wait there.
constexpr std::size_t calls_at_once = 16;

std::future<jetstream_answer> send_call(nats_connection& connection, const jetstream_call& call,
                                        milliseconds timeout) {
  const auto answered = std::make_shared<std::promise<jetstream_answer>>();
  jetstream(connection, timeout).ask(call.request, call.body, [answered](const nats_reply& reply) {
    answered->set_value(
        {reply.kind, std::string(reply.message ? reply.message->data() : reply.why)});
    return false;
  });
  return answered->get_future();
}

}  // namespace

std::vector<jetstream_answer> answers_to(nats_connection& connection,
                                         const std::vector<jetstream_call>& calls,
                                         milliseconds timeout) {
  std::vector<jetstream_answer> out;
  out.reserve(calls.size());
  while (out.size() < calls.size()) {
    std::vector<std::future<jetstream_answer>> sent;
    const auto end = std::min(calls.size(), out.size() + calls_at_once);
    for (auto i = out.size(); i < end; ++i)
      sent.push_back(send_call(connection, calls[i], timeout));
    for (auto& each : sent) out.push_back(each.get());
    if (out.back().kind != reply_kind::message) {
      out.resize(calls.size(), {reply_kind::not_sent, out.back().text});
    }
  }
  return out;
}

jetstream_answer answer_to(nats_connection& connection, jetstream_call call, milliseconds timeout) {
  return answers_to(connection, {std::move(call)}, timeout).front();
}

}  // namespace roost::cluster
