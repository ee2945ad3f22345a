// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream.hpp"

#include <memory>
#include <utility>

#include "cluster/nats/nats_message.hpp"

namespace roost::cluster {
namespace {

constexpr int end_of_batch = 204;
constexpr int not_found = 404;
constexpr int bad_request = 408;

/// How a write ended that was not answered.
write_result unanswered(const nats_reply& reply) {
  const bool is_not_sent = reply.kind == reply_kind::not_sent;
  return {
      is_not_sent ? write_outcome::refused : write_outcome::unknown, {}, std::string(reply.why)};
}

error unavailable(std::string_view why) { return {errc::unavailable, std::string(why)}; }

/// Adds a reply to the answer. True: more follow.
bool take(direct_answer& answer, const nats_message& message, bool expects_batch) {
  switch (message.status()) {
    case 0:
      break;
    case end_of_batch:
      answer.is_batch = true;
      answer.up_to = message.number("Nats-UpTo-Sequence");
      return false;
    case bad_request:
      answer.is_unknown = true;
      return false;
    case not_found:
      return false;
    default:
      answer.failure = "status " + std::to_string(message.status());
      return false;
  }
  answer.messages.push_back({message.number("Nats-Sequence").value_or(0),
                             std::string(message.header("Nats-Subject")), message.copy_data()});
  return expects_batch && message.number("Nats-Num-Pending").has_value();
}

}  // namespace

void jetstream::publish(std::string subject, message_rule rule, slice data,
                        callback<write_result> done) const {
  connection_->request({std::move(subject), std::move(rule), std::move(data), timeout_,
                        [done = std::move(done)](const nats_reply& reply) {
                          if (reply.message) {
                            done(read_publish_answer(reply.message->data()));
                          } else {
                            done(unanswered(reply));
                          }
                          return false;
                        }});
}

void jetstream::ask(const std::string& request, const std::string& body,
                    reply_handler on_reply) const {
  connection_->request(
      {"$JS.API." + request, {}, slice::of(bytes_ptr::copy(body)), timeout_, std::move(on_reply)});
}

void jetstream::call(const std::string& request, const std::string& body,
                     callback<result<std::string_view>> done) const {
  ask(request, body, [done = std::move(done)](const nats_reply& reply) {
    if (reply.message) {
      done(reply.message->data());
    } else {
      done(unavailable(reply.why));
    }
    return false;
  });
}

void jetstream::change(const std::string& request, const std::string& body,
                       std::function<void(write_result, std::string_view)> done) const {
  ask(request, body, [done = std::move(done)](const nats_reply& reply) {
    if (reply.message) {
      done(read_change_answer(reply.message->data()), reply.message->data());
    } else {
      done(unanswered(reply), {});
    }
    return false;
  });
}

void jetstream::info(const std::string& stream, const std::string& body,
                     callback<result<stream_info>> done) const {
  call("STREAM.INFO." + stream, body,
       [done = std::move(done)](const result<std::string_view>& json) {
         if (!json) return done(json.failure());
         done(read_stream_info(*json));
       });
}

void jetstream::get_from_leader(const std::string& stream, const std::string& body,
                                callback<result<std::optional<stored_message>>> done) const {
  call("STREAM.MSG.GET." + stream, body,
       [done = std::move(done)](const result<std::string_view>& json) {
         if (!json) return done(json.failure());
         done(read_stored_message(*json));
       });
}

void jetstream::get_newest(const std::string& stream, const std::string& subject,
                           callback<result<std::optional<stored_message>>> done) const {
  get_from_leader(stream, "{\"last_by_subj\":" + json_text(subject) + '}', std::move(done));
}

void jetstream::get_direct(const std::string& stream, const std::string& body, bool expects_batch,
                           callback<result<direct_answer>> done) const {
  auto answer = std::make_shared<direct_answer>();
  ask("DIRECT.GET." + stream, body,
      [answer, expects_batch, done = std::move(done)](const nats_reply& reply) {
        if (!reply.message) {
          done(unavailable(reply.why));
          return false;
        }
        if (take(*answer, *reply.message, expects_batch)) return true;
        if (answer->failure.empty()) {
          done(std::move(*answer));
        } else {
          done(unavailable(answer->failure));
        }
        return false;
      });
}

}  // namespace roost::cluster
