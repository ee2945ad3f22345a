// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_stores.hpp"

#include <optional>
#include <utility>

#include "tests/sim/answer_into.hpp"

namespace roost::sim {

using cluster::sequence;
using cluster::shard_id;
using cluster::write_outcome;
using cluster::write_result;

namespace {

error no_answer() { return {errc::unavailable, "no answer in time"}; }

}  // namespace

template <class Answer>
struct faulty_stores::request {
  std::weak_ptr<side> from;
  std::function<void(Answer)> done;
  key timeout;
  bool is_answered;
};

/// The log store of one node. Owns: nothing. Runs on: the simulation's thread. Ends: with its node.
class faulty_stores::log_port final : public cluster::log_store {
 public:
  log_port(faulty_stores& all, std::shared_ptr<side> from) : all_(all), side_(std::move(from)) {}
  void append(shard_id shard, sequence expected_last, slice message,
              callback<write_result> done) override {
    all_.send_write(
        side_, [=, &all = all_] { return all.append(shard, expected_last, message); },
        std::move(done), true);
  }
  void read_state(shard_id shard, callback<result<cluster::log_state>> done) override {
    all_.send<result<cluster::log_state>>(
        side_, no_answer(),
        [=, &all = all_] {
          std::optional<result<cluster::log_state>> out;
          all.logs_.read_state(shard, into(out));
          return std::move(*out);
        },
        std::move(done));
  }
  void read(shard_id shard, sequence from, std::size_t bytes_max,
            callback<result<cluster::log_page>> done) override {
    all_.send<result<cluster::log_page>>(
        side_, no_answer(),
        [=, &all = all_] {
          std::optional<result<cluster::log_page>> out;
          all.logs_.read(shard, from, bytes_max, into(out));
          return std::move(*out);
        },
        std::move(done));
  }
  void purge(shard_id shard, sequence first_kept, callback<write_result> done) override {
    all_.send_write(
        side_,
        [=, &all = all_, sent_at = all_.time_.now()] {
          return all.purge(shard, first_kept, sent_at);
        },
        std::move(done), false);
  }
  std::size_t message_bytes_max() const override { return all_.logs_.message_bytes_max(); }

 private:
  faulty_stores& all_;
  std::shared_ptr<side> side_;
};

/// The snapshot store of one node. Owns: nothing. Runs on: the simulation's thread. Ends: with its
/// node.
class faulty_stores::snapshot_port final : public cluster::snapshot_store {
 public:
  snapshot_port(faulty_stores& all, std::shared_ptr<side> from)
      : all_(all), side_(std::move(from)) {}
  void put(shard_id shard, std::string name, sequence expected, slice message,
           callback<write_result> done) override {
    all_.send_write(
        side_, [=, &all = all_] { return all.put(shard, name, expected, message); },
        std::move(done), true);
  }
  void get(shard_id shard, std::vector<std::string> names,
           callback<result<cluster::snapshot_page>> done) override {
    all_.send<result<cluster::snapshot_page>>(
        side_, no_answer(),
        [=, &all = all_] { return all.snapshots_.get_behind(shard, names, all.writes_behind()); },
        std::move(done));
  }
  void list(shard_id shard, std::string after, std::size_t max, std::size_t headers_max,
            callback<result<cluster::snapshot_page>> done) override {
    all_.send<result<cluster::snapshot_page>>(
        side_, no_answer(),
        [=, &all = all_] {
          return all.snapshots_.list_behind(shard, after, max, headers_max, all.writes_behind());
        },
        std::move(done));
  }
  void remove(shard_id shard, std::string name, sequence expected,
              callback<write_result> done) override {
    all_.send_write(
        side_, [=, &all = all_] { return all.remove(shard, name, expected); }, std::move(done),
        true);
  }
  void put_part(shard_id shard, std::string name, slice part,
                callback<write_result> done) override {
    all_.send_write(
        side_, [=, &all = all_] { return all.put_part(shard, name, part); }, std::move(done),
        false);
  }
  void list_parts(shard_id shard, std::string after, std::size_t max,
                  callback<result<cluster::snapshot_page>> done) override {
    all_.send<result<cluster::snapshot_page>>(
        side_, no_answer(),
        [=, &all = all_] {
          return all.snapshots_.list_parts_behind(shard, after, max, all.writes_behind());
        },
        std::move(done));
  }
  void remove_parts(shard_id shard, std::string name, sequence first_kept,
                    callback<write_result> done) override {
    all_.send_write(
        side_,
        [=, &all = all_] {
          std::optional<write_result> out;
          all.snapshots_.remove_parts(shard, name, first_kept, into(out));
          return std::move(*out);
        },
        std::move(done), false);
  }
  std::size_t message_bytes_max() const override { return all_.snapshots_.message_bytes_max(); }

 private:
  faulty_stores& all_;
  std::shared_ptr<side> side_;
};

faulty_stores::faulty_stores(const tests::virtual_time& time, dice random, store_faults faults,
                             std::size_t nodes)
    : time_(time),
      random_(random),
      faults_(faults),
      cut_off_(nodes),
      is_dying_(nodes),
      logs_(faults.log_bytes_max),
      snapshots_(0, faults.snapshot_bytes_max) {}

faulty_stores::node_stores faulty_stores::join(std::size_t node) {
  const auto from = std::make_shared<side>(side{node});
  return {std::make_unique<log_port>(*this, from), std::make_unique<snapshot_port>(*this, from)};
}

template <class Answer>
bool faulty_stores::send(const std::shared_ptr<side>& from, std::type_identity_t<Answer> no_answer,
                         std::function<Answer()> apply, std::function<void(Answer)> done) {
  if (is_dying_[from->node]) return false;
  auto sent =
      std::make_shared<request<Answer>>(request<Answer>{from, std::move(done), key{}, false});
  sent->timeout = schedule(
      time_.now() + faults_.timeout,
      [this, sent, late = std::move(no_answer)] { answer<Answer>(*sent, late); }, true);
  if (cut_off_[from->node] || random_.chance(faults_.loss_permille)) {
    ++counts_.lost;
    return false;
  }
  schedule(random_due(), [this, sent, node = from->node, run = std::move(apply)] {
    auto got = run();
    if (cut_off_[node] || random_.chance(faults_.lost_answers_permille)) {
      ++counts_.lost_answers;
      return;
    }
    schedule(random_due(), [this, sent, got] { answer<Answer>(*sent, got); });
  });
  return true;
}

template <class Answer>
void faulty_stores::answer(request<Answer>& sent, Answer got) {
  if (std::exchange(sent.is_answered, true)) return;
  in_flight_.erase(sent.timeout);
  if (!sent.from.expired()) sent.done(std::move(got));
}

void faulty_stores::send_write(const std::shared_ptr<side>& from, const write& apply,
                               write_done done, bool is_conditional) {
  if (is_dying_[from->node]) return;
  const bool is_copied = random_.chance(faults_.copies_permille);
  const bool has_arrived = send<write_result>(
      from, {write_outcome::unknown, {}, "no answer in time"},
      [=, this] {
        auto got = faulty_write(apply, is_conditional);
        if (is_copied && got.outcome == write_outcome::stored) copy(apply);
        return got;
      },
      std::move(done));
  if (is_copied && !has_arrived) copy(apply);
}

void faulty_stores::copy(const write& apply) {
  ++counts_.copies;
  const auto late_us_max = static_cast<std::uint64_t>(faults_.late_max.count());
  const auto delay = std::chrono::microseconds(random_.between(0, late_us_max));
  schedule(time_.now() + delay, [this, apply] {
    if (apply().outcome == write_outcome::stored) ++counts_.copies_stored;
  });
}

write_result faulty_stores::faulty_write(const write& apply, bool is_conditional) {
  if (random_.chance(faults_.refusals_permille)) {
    ++counts_.refusals;
    return {write_outcome::refused, {}, "not now"};
  }
  if (is_conditional && random_.chance(faults_.false_conflicts_permille)) {
    ++counts_.false_conflicts;
    return {write_outcome::conflict, {}, "behind an append that never commits"};
  }
  return apply();
}

faulty_stores::key faulty_stores::schedule(time_point due, std::function<void()> run,
                                           bool is_timeout) {
  const key at{due, ++serial_};
  in_flight_.emplace(at, step{std::move(run), is_timeout});
  return at;
}

time_point faulty_stores::random_due() {
  const bool is_late = random_.chance(faults_.late_permille);
  if (is_late) ++counts_.late;
  const auto max = is_late ? faults_.late_max : faults_.delay_max;
  const auto delay_us = random_.between(0, static_cast<std::uint64_t>(max.count()));
  return time_.now() + std::chrono::microseconds(delay_us);
}

bool faulty_stores::deliver_one() {
  if (next_due() > time_.now()) return false;
  in_flight_.extract(in_flight_.begin()).mapped().run();
  return true;
}

time_point faulty_stores::next_due() const {
  return in_flight_.empty() ? time_point::max() : in_flight_.begin()->first.first;
}

}  // namespace roost::sim
