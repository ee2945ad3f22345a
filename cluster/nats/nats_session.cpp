// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_session.hpp"

#include <array>

#include "cluster/nats/native_options.hpp"

namespace roost::cluster {

result<std::shared_ptr<nats_session>> nats_session::open(const nats_options& options,
                                                         event_loop& loop,
                                                         nats_socket::events events) {
  auto socket = std::make_shared<nats_socket>(loop, std::move(events));
  std::shared_ptr<nats_session> out(new nats_session(std::move(socket)));
  const auto status = out->connect(options);
  if (status == NATS_OK) return out;
  const char* detail = nats_GetLastError(nullptr);
  return error{errc::unavailable, detail ? detail : natsStatus_GetText(status)};
}

natsStatus nats_session::connect(const nats_options& options) {
  auto status = make_native_options(options, &options_);
  if (status == NATS_OK) status = socket_->use_in(options_);
  if (status == NATS_OK) status = natsConnection_Connect(&connection_, options_);
  const auto subject = options.subject + ".>";
  if (status == NATS_OK) {
    status = natsConnection_SubscribeSync(&subscription_, connection_, subject.c_str());
  }
  return status;
}

nats_session::~nats_session() {
  natsSubscription_Destroy(subscription_);
  natsConnection_Destroy(connection_);
  natsOptions_Destroy(options_);
}

std::size_t nats_session::take_messages(const std::function<void(const nats_message&)>& use) {
  std::size_t no_responders = 0;
  for (;;) {
    natsMsg* message = nullptr;
    const auto status = natsSubscription_NextMsg(&message, subscription_, 0);
    if (status == NATS_OK) {
      use(nats_message{message});
      natsMsg_Destroy(message);
    } else if (status == NATS_NO_RESPONDERS) {
      ++no_responders;
    } else if (status != NATS_SLOW_CONSUMER) {  // which it says once, before further messages
      return no_responders;
    }
  }
}

std::string nats_session::publish(const std::string& subject, const std::string& reply,
                                  const message_rule& rule, std::string_view data) {
  natsMsg* message = nullptr;
  auto status = natsMsg_Create(&message, subject.c_str(), reply.empty() ? nullptr : reply.c_str(),
                               data.data(), static_cast<int>(data.size()));
  if (status == NATS_OK && !rule.first.empty()) {
    status = natsMsgHeader_Set(message, rule.first.c_str(), rule.second.c_str());
  }
  if (status == NATS_OK) status = natsConnection_PublishMsg(connection_, message);
  natsMsg_Destroy(message);
  return status == NATS_OK ? std::string{} : natsStatus_GetText(status);
}

std::size_t nats_session::unsent_bytes() {
  const auto size = natsConnection_Buffered(connection_);
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

std::size_t nats_session::message_bytes_max() {
  return static_cast<std::size_t>(natsConnection_GetMaxPayload(connection_));
}

void nats_session::meet_server(milliseconds timeout, int times,
                               std::function<void(std::optional<met_server>)> done) {
  socket_->read_greeting(timeout, [=, this, done = std::move(done)](const std::string& line) {
    // While nats.c reconnects it holds its lock, and a call would block the loop.
    if (!is_attached()) return;
    auto met = read_greeting(line);
    // Behind a load balancer another server may have answered.
    const bool is_other = met && met->id != server_id();
    if (is_other && times > 1) return meet_server(timeout, times - 1, done);
    if (is_other) met.reset();
    done(std::move(met));
  });
}

std::string nats_session::server_id() {
  std::array<char, 128> id{};
  natsConnection_GetConnectedServerId(connection_, id.data(), id.size());
  return id.data();
}

void nats_session::close() { natsConnection_Close(connection_); }

}  // namespace roost::cluster
