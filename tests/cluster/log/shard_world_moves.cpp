// SPDX-License-Identifier: Apache-2.0
// The moves of the exploration of shard_log.
#include <algorithm>

#include "tests/cluster/log/shard_world.hpp"

namespace roost::cluster::model {
namespace {

constexpr std::uint64_t window = 3;  // pushes of a client under way

}  // namespace

void shard_world::move() {
  advance(20);
  auto& each = nodes_[dice_.below(nodes_.size())];
  if (each.is_stalled && !dice_.chance(rates_.stalled)) stall(each);
  if (each.is_suspended && dice_.chance(150)) reconnect(each);
  if (dice_.chance(rates_.power_cut)) return cut_power();
  const auto kind = dice_.below(1000);
  if (kind < 450) return deliver();
  if (kind < 650) return push();
  if (kind < 850) return poll(each);
  if (kind < 880) return each.self->capture(now_);
  if (kind < 890) return lose();
  if (kind < 910) return take_over(each);
  if (kind < 925) return each.self->leave(dice_.chance(500) ? "a" : "b");
  if (kind < 935) return stall(each);
  if (kind < 939) return crash(each);
  if (kind < 955) return reconnect(each);
  if (kind < 958) return each.self->log().give(nodes_[dice_.below(nodes_.size())].id, now_);
  if (kind < 970) return sync_log();
  if (kind < 975) return store_.sync_snapshots();
  advance(300);
}

void shard_world::take_over(node& each) {
  const auto is_serving = [](const auto& other) { return other.self->log().is_serving(); };
  const bool is_served = std::any_of(nodes_.begin(), nodes_.end(), is_serving);
  if (each.is_stalled || !each.self->log().is_idle() ||
      (is_served && !dice_.chance(rates_.contention)))
    return;
  each.self->log().take_over(now_, now_.time_since_epoch().count() / 1000);
  if (dice_.chance(500)) each.self->load(clients_.begin()->first);
}

void shard_world::advance(std::uint64_t ms_max) {
  now_ += milliseconds(dice_.between(1, ms_max));
  // Below truncate_delay_ms. A quiet loss is to take more.
  const milliseconds sync(kind_ == surroundings::quiet_loss ? 3000 : 300);
  if (now_ - log_synced_at_ > sync) {
    sync_log();
  }
  if (now_ - snapshots_synced_at_ > sync) {
    snapshots_synced_at_ = now_;
    store_.sync_snapshots();
  }
}

void shard_world::sync_log() {
  log_synced_at_ = now_;
  store_.sync_log();
  for (auto& [topic, each] : clients_) each.synced = each.kept.size();
}

bool shard_world::is_write(const log_request& request) const {
  using namespace log_requests;
  return !std::holds_alternative<read_state>(request.body) &&
         !std::holds_alternative<log_requests::read>(request.body) &&
         !std::holds_alternative<get>(request.body) &&
         !std::holds_alternative<get_parts>(request.body) &&
         !std::holds_alternative<list_parts>(request.body);
}

/// Carries out a request, or hands over an answer, in any order.
void shard_world::deliver() {
  if (flights_.empty()) return;
  const auto chosen = dice_.below(flights_.size());
  auto& each = flights_[chosen];
  const bool is_late = each.sender.value == 0;
  if (is_late && !is_healed_ && dice_.chance(rates_.late_waits)) return;
  if (!each.answer) {
    execute(each);
    if (!is_late) {
      if (is_healed_ || !is_write(each.request) || !dice_.chance(rates_.late_copy)) return;
      auto copy = each;  // arrives once more, later
      copy.sender = {};
      copy.answer.reset();
      flights_.push_back(std::move(copy));
      return;
    }
  } else {
    auto& to = nodes_[each.node];
    if (to.is_stalled) return;
    if (to.id == each.sender && !to.is_suspended) {
      to.self->log().answer(each.request.id, std::move(*each.answer), now_);
      if (kind_ == surroundings::quiet_loss || dice_.chance(700)) poll(to);
    }
  }
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(chosen));
}

void shard_world::execute(flight& each) {
  const bool is_stale = kind_ == surroundings::stale && !is_healed_ && dice_.chance(400);
  each.answer = store_.execute(each.request, is_stale ? dice_.between(1, 6) : 0);
  if (is_write(each.request)) is_changed_ = true;
  if (std::holds_alternative<log_requests::put_parted>(each.request.body)) {
    count("room messages that name parts");
  }
}

/// A request is not answered in time. It may still be carried out later.
void shard_world::lose() {
  if (flights_.empty()) return;
  auto& each = flights_[dice_.below(flights_.size())];
  auto& to = nodes_[each.node];
  if (each.sender.value == 0 || to.is_stalled || to.id != each.sender) return;
  count("lost answers");
  time_out(each);
}

void shard_world::time_out(flight& each) {
  auto& to = nodes_[each.node];
  if (std::exchange(each.sender, {}) != to.id) return;
  const auto id = each.request.id;
  log_answer answer = log_answers::failed{"timeout"};
  if (is_write(each.request)) answer = write_result{write_outcome::unknown, {}, "timeout"};
  to.self->log().answer(id, std::move(answer), now_);
}

void shard_world::push() {
  if (now_ < no_push_until_) return;
  const std::string topic = dice_.chance(500) ? "a" : "b";
  auto& from = clients_[topic];
  const auto unanswered = from.unanswered();
  const bool is_new = from.last < unanswered + window - 1 && (!is_healed_ || from.last == 0);
  if (!is_new && unanswered > from.last) return;
  auto number = dice_.between(unanswered, from.last + (is_new ? 1 : 0));
  if (number > from.last) from.answered[from.last = number] = false;
  auto& to = nodes_[dice_.below(nodes_.size())];
  if (!to.is_stalled) to.self->push(topic, number, unanswered);
}

void shard_world::poll(node& each) {
  if (each.is_stalled) return;
  collect(each);
  send_requests(each);
}

void shard_world::send_requests(node& each) {
  for (auto& request : each.self->take_requests()) {
    flights_.push_back({static_cast<std::size_t>(&each - nodes_.data()), each.id,
                        std::move(request), std::nullopt});
  }
}

/// Takes what the node has to say, but its requests.
void shard_world::collect(node& each) {
  each.self->poll(now_);
  if (const auto ownership = each.self->take_serving()) {
    count("take-overs");
    store_.served(ownership);
  }
  for (auto& push : each.self->take_answers()) {
    auto& to = clients_[push.topic];
    if (std::exchange(to.answered[push.number], true)) continue;
    to.kept.push_back(push);
    is_changed_ = true;
    count("answers");
  }
}

void shard_world::crash(node& each) {
  each.id = node_id{++ids_};
  each.self = std::make_unique<owner>(limits_, each.id, dice_.next(), &faults_);
  each.is_stalled = each.is_suspended = false;
  count("crashes");
}

void shard_world::stall(node& each) {
  each.is_stalled = !each.is_stalled;
  if (!each.is_stalled && dice_.chance(500)) each.self->log().look(now_);
}

/// The connection breaks or comes back.
void shard_world::reconnect(node& each) {
  if (each.is_stalled) return;
  each.is_suspended = !each.is_suspended;
  if (each.is_suspended) {
    each.self->log().suspend();
  } else {
    each.self->log().look(now_);
  }
}

void shard_world::cut_power() {
  const bool is_quiet = kind_ == surroundings::quiet_loss;
  if (kind_ != surroundings::power_cuts && !is_quiet) {
    store_.kill();
  } else {
    count("power cuts");
    for (auto& each : nodes_) collect(each);  // what was answered so far
    store_.cut_power();
    for (auto& each : nodes_) send_requests(each);
    for (std::size_t i = 0; is_quiet && i < flights_.size(); ++i) time_out(flights_[i]);
    flights_.clear();
    for (auto& [topic, each] : clients_) {
      const auto synced = each.kept.begin() + static_cast<std::ptrdiff_t>(each.synced);
      each.exposed.insert(each.exposed.end(), synced, each.kept.end());
      each.kept.erase(synced, each.kept.end());
    }
  }
  is_changed_ = true;
  if (is_quiet) no_push_until_ = now_ + milliseconds(1500);
  for (auto& each : nodes_) {
    if (is_quiet) continue;  // nobody notices it before the next append
    each.self->log().suspend();
    each.is_suspended = true;
  }
}

}  // namespace roost::cluster::model
