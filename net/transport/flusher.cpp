#include "net/transport/flusher.hpp"

#include <algorithm>

#include "net/loop.hpp"

namespace roost::net {
namespace {

using clock = std::chrono::steady_clock;
// Reading the clock costs about a hundredth of a send; still, not for each.
constexpr std::uint64_t sends_per_clock_read = 16;

}  // namespace

void flush_node::unlink() {
  if (!next_) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

flusher::head::~head() {
  while (!empty()) next_->unlink();
  next_ = previous_ = nullptr;
}

flusher::flusher() : scratch_(new char[scratch_bytes]) {}
flusher::~flusher() = default;

bool flusher::idle() const { return small_.empty() && large_.empty(); }

void flusher::link(flush_node& node, head& list) {
  node.previous_ = list.previous_;
  node.next_ = &list;
  list.previous_->next_ = &node;
  list.previous_ = &node;
}

void flusher::enqueue(flush_node& node, flush_class urgency) {
  if (node.next_) {
    if (node.urgency_ == flush_class::small || urgency == flush_class::large) return;
    node.unlink();
  }
  node.urgency_ = urgency;
  link(node, list_of(urgency));
}

void flusher::flush(const turn_budget& budget) {
  if (idle()) {
    report(false);
    return;
  }
  const auto begin = clock::now();
  const auto end = begin + budget.send_time_max;
  const auto sends_end = sends_ + std::max<std::uint64_t>(budget.sends_max, 1);
  if (!large_.empty()) {
    drain(small_, sends_end - std::max<std::uint64_t>(budget.sends_max / 4, 1),
          begin + budget.send_time_max * 3 / 4);
  } else {
    drain(small_, sends_end, end);
  }
  drain(large_, sends_end, end);
  // What large left of the turn.
  drain(small_, sends_end, end);
  report(!idle());
}

void flusher::drain(head& list, std::uint64_t sends_limit, time_point deadline) {
  const auto first = sends_;
  while (!list.empty() && sends_ < sends_limit) {
    if ((sends_ - first) % sends_per_clock_read == sends_per_clock_read - 1 &&
        clock::now() >= deadline) {
      return;
    }
    flush_node& node = *list.next_;
    node.unlink();
    const auto done = node.flush_once({scratch_.get(), scratch_bytes});
    ++sends_;
    bytes_ += done.bytes;
    ++unreported_.sends;
    unreported_.bytes_out += done.bytes;
    // Whoever was told that it is writable may have put it back already.
    if (done.wants_more && !node.next_) link(node, list);
  }
}

void flusher::report(bool is_spent) {
  if (!probe_) return;
  using counter = metrics::counter;
  const auto add = [this](counter which, std::uint64_t n) {
    if (n > 0) probe_->add(which, static_cast<double>(n));
  };
  add(counter::sends, unreported_.sends);
  add(counter::bytes_out, unreported_.bytes_out);
  add(counter::messages_in, unreported_.messages_in);
  add(counter::bytes_in, unreported_.bytes_in);
  add(counter::ephemeral_dropped, unreported_.ephemeral_dropped);
  add(counter::ephemeral_conflated, unreported_.ephemeral_conflated);
  add(counter::flushes_budget_spent, is_spent ? 1 : 0);
  for (std::size_t i = 0; unreported_.has_messages && i < message_labels.size(); ++i) {
    const auto n = unreported_.messages[i];
    if (n > 0) probe_->add(counter::messages, message_labels[i], static_cast<double>(n));
  }
  using gauge = metrics::gauge;
  const auto move = [this](gauge which, std::int64_t by) {
    if (by != 0) probe_->add(which, static_cast<double>(by));
  };
  move(gauge::outbox_bytes, unreported_.outbox_bytes);
  move(gauge::outboxes_waiting, unreported_.outboxes_waiting);
  move(gauge::inbound_messages, unreported_.inbound_messages);
  unreported_ = {};
}

}  // namespace roost::net
