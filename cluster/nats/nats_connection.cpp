// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_connection.hpp"

#include <charconv>
#include <chrono>
#include <future>

#include "cluster/nats/nats_session.hpp"
#include "config/telemetry/log.hpp"

namespace roost::cluster {
namespace {

using std::chrono::steady_clock;
constexpr milliseconds expire_interval{50};

}  // namespace

nats_connection::nats_connection(nats_options options)
    : options_(std::move(options)), reply_prefix_(options_.subject + ".r.") {
  loop_.post([this] { connect(); });
}

nats_connection::~nats_connection() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  std::promise<std::shared_ptr<nats_session>> last;
  loop_.post([&] {
    send_all();
    pending_.fail_all(reply_kind::lost, "the connection to NATS ends");
    last.set_value(session_);
  });
  const auto session = last.get_future().get();
  if (!session) return;
  session->close();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_stopped_; });
}

void nats_connection::listen(std::shared_ptr<nats_listener> listener) {
  loop_.post([this, listener = std::move(listener)] {
    listener_ = listener;
    if (listener_ && is_connected()) listener_->connected();
  });
}

void nats_connection::request(nats_request request) {
  if (!is_connected()) return fail(request, reply_kind::not_sent, "not connected to NATS");
  if (!push(request)) fail(request, reply_kind::not_sent, "too many requests to NATS wait");
}

bool nats_connection::publish(std::string subject, slice data) {
  nats_request message;
  message.subject = std::move(subject);
  message.data = std::move(data);
  return push(message);
}

/// False: it is as before.
bool nats_connection::push(nats_request& request) {
  const std::size_t bytes = request.data.size;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || !is_connected_ || requests_ >= options_.requests_max) return false;
    if (waiting_bytes_ + buffered_bytes_ + bytes > options_.unsent_bytes_max) return false;
    was_empty = waiting_.empty();
    ++requests_;
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(request));
  }
  if (was_empty) loop_.post([this] { send_all(); });
  return true;
}

void nats_connection::send_all() {
  std::vector<nats_request> all;
  std::size_t bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    all.swap(waiting_);
    bytes = waiting_bytes_;
  }
  for (auto& each : all) send(each);
  note_sent(bytes);
  expire_later();
}

/// `taken_bytes`: of requests that do not wait any more.
void nats_connection::note_sent(std::size_t taken_bytes) {
  // While nats.c reconnects it holds its lock, and its buffer will not be sent.
  const bool is_there = is_connected() && session_ && session_->is_attached();
  const auto buffered = is_there ? session_->unsent_bytes() : 0;
  {
    const std::lock_guard lock(mutex_);
    waiting_bytes_ -= taken_bytes;
    buffered_bytes_ = buffered;
  }
  if (listener_) listener_->bytes_sent();
}

std::size_t nats_connection::unsent_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_ + buffered_bytes_;
}

void nats_connection::send(nats_request& request) {
  const auto refuse = [&](std::string_view why) {
    fail(request, reply_kind::not_sent, why);
    --requests_;
  };
  if (!is_connected() || !session_->is_attached()) return refuse("not connected to NATS");
  if (!request.on_reply) {
    session_->publish(request.subject, {}, request.rule, request.data.view());
    --requests_;
    return;
  }
  auto& handler = request.on_reply;
  const auto number = pending_.add(
      [this, handler](const nats_reply& reply) {
        const bool expects_more = handler(reply) && reply.kind == reply_kind::message;
        if (!expects_more) --requests_;
        return expects_more;
      },
      request.timeout, steady_clock::now());
  const auto problem = session_->publish(request.subject, reply_prefix_ + std::to_string(number),
                                         request.rule, request.data.view());
  if (problem.empty()) return;
  pending_.answer(number, {reply_kind::not_sent, problem}, steady_clock::now());
}

void nats_connection::fail(const nats_request& request, reply_kind kind, std::string_view why) {
  if (request.on_reply) request.on_reply({kind, why});
}

void nats_connection::connect() {
  if (is_stopping()) return;
  auto opened =
      nats_session::open(options_, loop_,
                         {[this] { on_attached(); }, [this] { on_lost(); }, [this] { on_read(); },
                          [this] { note_sent(0); }, [this] { on_detached(); }});
  if (opened) {
    session_ = std::move(*opened);
    return;
  }
  note_problem(opened.failure().detail, false);
  log::warning("nats_unreachable", {{"reason", opened.failure().detail}});
  loop_.after(options_.new_connection_delay, [this] { connect(); });
}

void nats_connection::on_attached() {
  if (!session_ || !session_->is_attached()) return;
  session_->meet_server(options_.connect_timeout,
                        [this](std::optional<met_server> met) { on_met(std::move(met)); });
}

void nats_connection::on_met(std::optional<met_server> met) {
  if (!session_->is_attached()) return;
  {
    const std::lock_guard lock(mutex_);
    server_ = met;
  }
  const auto why = met ? refusal_of(met->version, options_.oldest_server) : std::string{};
  if (!why.empty()) return leave_old_server(*met, why);
  if (!met) log::warning("nats_server_not_known");
  message_bytes_max_ = session_->message_bytes_max();
  log::info("nats_connected",
            {{"server", met ? met->name : ""}, {"version", met ? met->version : ""}});
  set_connected(true);
  if (listener_) listener_->connected();
}

/// After a while, because it may be the only one.
void nats_connection::leave_old_server(const met_server& met, const std::string& why) {
  const bool is_new = note_problem("the NATS server " + met.name + ' ' + why, true);
  if (is_new) log::error("nats_server_too_old", {{"server", met.name}, {"reason", why}});
  loop_.after(options_.new_connection_delay, [this] {
    if (session_ && !is_connected()) session_->leave_server();
  });
}

void nats_connection::on_lost() {
  if (!is_connected()) return;
  set_connected(false);
  if (!is_stopping()) log::warning("nats_connection_lost");
  send_all();  // refuses what waits, so that it is not sent over the next connection
  pending_.fail_all(reply_kind::lost, "the connection to NATS was lost");
  if (listener_) listener_->connection_lost();
}

void nats_connection::on_detached() {
  if (!session_) return;  // it could not subscribe
  session_.reset();
  if (!is_stopping()) {
    loop_.after(options_.new_connection_delay, [this] { connect(); });
    return;
  }
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
}

void nats_connection::on_read() {
  bool has_other_messages = false;
  auto no_responders = session_->take_messages([&](const nats_message& message) {
    if (!is_connected()) return;  // the server is not known yet
    if (!take_reply(message) && listener_) {
      listener_->message_arrived(message);
      has_other_messages = true;
    }
  });
  for (; no_responders > 0; --no_responders) pending_.note_no_responders();
  if (has_other_messages) listener_->burst_ended();
}

/// False: it is not the answer to a request.
bool nats_connection::take_reply(const nats_message& message) {
  auto subject = message.subject();
  if (!subject.starts_with(reply_prefix_)) return false;
  subject.remove_prefix(reply_prefix_.size());
  std::uint64_t number = 0;
  std::from_chars(subject.data(), subject.data() + subject.size(), number);
  pending_.answer(number, {reply_kind::message, {}, &message}, steady_clock::now());
  return true;
}

void nats_connection::expire_later() {
  if (expires_later_ || pending_.size() == 0) return;
  expires_later_ = true;
  loop_.after(expire_interval, [this] {
    expires_later_ = false;
    pending_.expire(steady_clock::now());
    expire_later();
  });
}

void nats_connection::set_connected(bool is_connected) {
  const std::lock_guard lock(mutex_);
  is_connected_ = is_connected;
  if (is_connected) {
    problem_.clear();
    has_old_server_ = false;
  }
  changed_.notify_all();
}

/// False: it is known.
bool nats_connection::note_problem(const std::string& problem, bool has_old_server) {
  const std::lock_guard lock(mutex_);
  const bool is_new = problem_ != problem;
  problem_ = problem;
  has_old_server_ = has_old_server;
  changed_.notify_all();
  return is_new;
}

bool nats_connection::wait_until_connected(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [this] { return is_connected_ || has_old_server_; });
  return is_connected_;
}

std::optional<met_server> nats_connection::server() const {
  const std::lock_guard lock(mutex_);
  return server_;
}

std::string nats_connection::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

bool nats_connection::is_stopping() {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

}  // namespace roost::cluster
