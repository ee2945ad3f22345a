#include "tests/sim/scenario.hpp"

namespace roost::sim {

void scenario::act() {
  auto& who = clients_[random_.below(clients_.size())];
  if (who.is_connected()) return act_connected(who);
  if (random_.chance(700)) connect(who);
}

std::chrono::microseconds scenario::pause() {
  const auto kind = random_.below(1000);
  if (kind < 500) return std::chrono::microseconds(0);
  if (kind < 900) return std::chrono::microseconds(random_.below(20'000));
  if (kind < 990) return std::chrono::microseconds(random_.below(1'000'000));
  return std::chrono::microseconds(random_.below(150'000'000));
}

void scenario::connect(client& who) {
  auto& node = *nodes_[random_.below(nodes_.size())];
  auto& home = *node.loops()[random_.below(node.loops().size())];
  who.connect({&node.actors(), &home, by_.window_bytes});
  // A reconnecting client library joins its topics again.
  for (std::size_t i = 0; i < who.topics(); ++i) {
    if (random_.chance(700)) join(who, i);
  }
}

void scenario::join(client& who, std::size_t topic) {
  const auto& known = who.view(topic).where();
  std::optional<position> resume;
  std::optional<std::uint32_t> history;
  if (known && random_.chance(800)) resume = *known;
  if (random_.chance(200)) history = static_cast<std::uint32_t>(random_.below(30));
  who.join(topic, std::move(resume), history);
}

void scenario::act_connected(client& who) {
  if (random_.chance(by_.drop_permille)) return who.drop();
  if (random_.chance(by_.stall_permille)) return who.stall(!who.is_stalled());
  if (who.is_stalled() && random_.chance(200)) return who.stall(false);
  act_on(who, random_.below(who.topics()));
}

void scenario::act_on(client& who, std::size_t topic) {
  const auto& view = who.view(topic);
  if (view.is_leaving()) return;
  if (!view.is_live() && !view.is_joining()) return join(who, topic);
  // Client libraries wait for the reply to a join; other clients may not.
  if (view.is_joining() && random_.chance(700)) return;
  if (!view.is_joining() && who.repeat_pushes(topic)) return;
  if (random_.chance(by_.boom_permille)) return who.push_boom(topic);
  const auto kind = random_.below(100);
  if (kind < 70) {
    for (auto count = random_.chance(100) ? random_.between(5, 40) : 1; count > 0; --count) {
      who.push(topic);
    }
  } else if (kind < 78) {
    for (auto count = random_.chance(200) ? random_.between(10, 60) : 1; count > 0; --count) {
      who.push_ephemeral(topic);
    }
  } else if (kind < 86) {
    who.describe(topic);
  } else if (kind < 90) {
    who.mark_read(topic);
  } else if (kind < 97) {
    who.leave(topic);
  } else if (!view.is_joining()) {
    join(who, topic);  // a second join replaces the first
  }
}

void scenario::everybody_leaves() {
  for (auto& who : clients_) {
    if (static_cast<std::size_t>(who.index()) >= clients_.size() / 2) {
      who.drop();
      continue;
    }
    for (std::size_t i = 0; i < who.topics(); ++i) {
      if (who.is_connected() && who.view(i).is_live() && !who.view(i).is_leaving()) who.leave(i);
    }
  }
}

}  // namespace roost::sim
