// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_setup.hpp"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "cluster/nats/jetstream_answers.hpp"

namespace roost::cluster {
namespace {

using std::chrono::steady_clock;
constexpr milliseconds round_delay{100};
constexpr std::size_t refusals_shown_max = 10;

/// The server may answer otherwise in a moment.
bool may_pass(const jetstream_error& failure) {
  return failure.number == 0 || failure.is(jetstream_errc::no_peers) ||
         failure.is(jetstream_errc::cluster_not_available) ||
         failure.is(jetstream_errc::cluster_not_leader);
}

std::string words_of(const jetstream_error& failure) {
  return failure.description + " (" + std::to_string(failure.number) + ")";
}

error refused(const std::vector<std::string>& refusals) {
  std::string out;
  const auto shown = std::min(refusals.size(), refusals_shown_max);
  for (std::size_t i = 0; i < shown; ++i) out += (i > 0 ? "\n" : "") + refusals[i];
  if (refusals.size() > shown) {
    out += "\nand " + std::to_string(refusals.size() - shown) + " more like these";
  }
  return {errc::cannot_use_nats, out};
}

}  // namespace

stream_setup::stream_setup(nats_connection& connection, const std::vector<stream_config>& wanted,
                           jetstream_account account, version_need need, time_point deadline)
    : connection_(connection), account_(account), need_(std::move(need)), deadline_(deadline) {
  for (const auto& each : wanted) all_.push_back({&each});
}

result<stream_facts> stream_setup::run() {
  for (;;) {
    delay_.clear();
    look();
    // A stream is created or changed only if none is refused.
    if (refusals_.empty()) create();
    if (refusals_.empty()) change();
    if (!refusals_.empty()) return refused(refusals_);
    const bool is_done =
        std::ranges::all_of(all_, [](const work& each) { return each.next == step::done; });
    if (is_done) return facts_;
    if (delay_.empty()) continue;
    if (steady_clock::now() >= deadline_) {
      return error{errc::cannot_use_nats, "the streams could not be checked in time: " + delay_};
    }
    std::this_thread::sleep_for(round_delay);
  }
}

std::vector<stream_setup::work*> stream_setup::waiting_for(step next) {
  std::vector<work*> out;
  for (auto& each : all_) {
    if (each.next == next) out.push_back(&each);
  }
  return out;
}

std::vector<jetstream_answer> stream_setup::ask(const std::string& request,
                                                const std::vector<work*>& about) {
  std::vector<jetstream_call> calls;
  for (const auto* each : about) {
    jetstream_call call{request + each->wanted->name};
    if (each->next == step::create) call.body = each->wanted->json;
    if (each->next == step::change) call.body = each->update;
    calls.push_back(std::move(call));
  }
  return answers_to(connection_, calls, call_timeout);
}

void stream_setup::look() {
  const auto about = waiting_for(step::look);
  const auto answers = ask("STREAM.INFO.", about);
  for (std::size_t i = 0; i < about.size(); ++i) look_at(*about[i], answers[i]);
}

void stream_setup::look_at(work& at, const jetstream_answer& answer) {
  if (answer.kind != reply_kind::message) {
    delay_ = "stream " + at.wanted->name + ": " + answer.text;
    return;
  }
  const auto failure = error_in(answer.text);
  if (failure && failure->is(jetstream_errc::stream_not_found)) {
    at.next = step::create;
    return;
  }
  if (!take(at, answer, "cannot be read")) return;
  auto found = check_stream(*at.wanted, answer.text, need_);
  facts_.has_messages = facts_.has_messages || found.has_messages;
  std::ranges::move(found.refusals, std::back_inserter(refusals_));
  at.update = std::move(found.update);
  at.next = at.update.empty() ? step::done : step::change;
}

void stream_setup::create() {
  const auto about = waiting_for(step::create);
  if (about.empty()) return;
  std::vector<stream_config> missing;
  missing.reserve(about.size());
  for (const auto* each : about) missing.push_back(*each->wanted);
  if (auto why = account_refusal_of(account_, missing); !why.empty()) {
    refusals_.push_back(std::move(why));
    return;
  }
  const auto answers = ask("STREAM.CREATE.", about);
  for (std::size_t i = 0; i < about.size(); ++i) {
    about[i]->next = step::look;  // at what the server made of it, or another node
    const auto intent = "cannot be created as " + about[i]->wanted->json;
    // It also succeeds, with `did_create`, for the second of two nodes.
    if (take(*about[i], answers[i], intent)) ++facts_.created;
  }
}

void stream_setup::change() {
  const auto about = waiting_for(step::change);
  const auto answers = ask("STREAM.UPDATE.", about);
  for (std::size_t i = 0; i < about.size(); ++i) {
    about[i]->next = step::look;
    if (!take(*about[i], answers[i], "cannot be changed to " + about[i]->update)) continue;
    about[i]->next = step::done;
    ++facts_.changed;
  }
}

bool stream_setup::take(work& at, const jetstream_answer& answer, const std::string& intent) {
  const auto& name = at.wanted->name;
  if (answer.kind != reply_kind::message) {
    delay_ = "stream " + name + ": " + answer.text;
    return false;
  }
  const auto failure = error_in(answer.text);
  if (!failure) return true;
  const bool is_raced = failure->is(jetstream_errc::stream_name_in_use);  // by another node
  if (is_raced || may_pass(*failure)) {
    delay_ = "stream " + name + ": " + words_of(*failure);
  } else {
    refusals_.push_back("stream " + name + ' ' + intent + ": " + words_of(*failure));
  }
  return false;
}

}  // namespace roost::cluster
