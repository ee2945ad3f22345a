// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/scenario.hpp"

namespace roost::sim {

void scenario::act() {
  auto& client = clients_[random_.below(clients_.size())];
  if (client.is_connected()) return act_connected(client);
  if (random_.chance(700)) connect(client);
}

std::chrono::microseconds scenario::pause() {
  const auto kind = random_.below(1000);
  if (kind < 500) return std::chrono::microseconds(0);
  if (kind < 900) return std::chrono::microseconds(random_.below(20'000));
  if (kind < 990) return std::chrono::microseconds(random_.below(1'000'000));
  const auto longest = std::chrono::microseconds(plan_.pause_max).count();
  return std::chrono::microseconds(random_.below(static_cast<std::uint64_t>(longest)));
}

void scenario::connect(client& client) {
  const auto& chosen = nodes_[random_.below(nodes_.size())];
  if (!chosen) return;
  auto& node = *chosen;
  auto& home = *node.loops()[random_.below(node.loops().size())];
  client.connect({&node.actors(), &home, plan_.window_bytes});
  // A reconnecting client library joins its topics again.
  for (std::size_t i = 0; i < client.topics(); ++i) {
    if (random_.chance(700)) join(client, i);
  }
}

void scenario::join(client& client, std::size_t topic) {
  const auto& known = client.view(topic).last_position();
  std::optional<position> resume;
  std::optional<std::uint32_t> history;
  if (known && random_.chance(800)) resume = *known;
  if (random_.chance(200)) history = static_cast<std::uint32_t>(random_.below(30));
  client.join(topic, std::move(resume), history);
}

void scenario::act_connected(client& client) {
  if (random_.chance(plan_.drop_permille)) return client.drop();
  if (random_.chance(plan_.stall_permille)) return client.stall(!client.is_stalled());
  if (client.is_stalled() && random_.chance(200)) return client.stall(false);
  act_on(client, random_.below(client.topics()));
}

void scenario::act_on(client& client, std::size_t topic) {
  const auto& view = client.view(topic);
  if (view.is_leaving()) return;
  if (!view.is_live() && !view.is_joining()) return join(client, topic);
  // Client libraries wait for the reply to a join; other clients may not.
  if (view.is_joining() && random_.chance(700)) return;
  if (!view.is_joining() && client.resend_pushes(topic)) return;
  if (random_.chance(plan_.boom_permille)) return client.push_boom(topic);
  const auto kind = random_.below(100);
  if (kind < 70) {
    for (auto count = random_.chance(100) ? random_.between(5, 40) : 1; count > 0; --count) {
      client.push(topic);
    }
  } else if (kind < 78) {
    for (auto count = random_.chance(200) ? random_.between(10, 60) : 1; count > 0; --count) {
      client.push_ephemeral(topic);
    }
  } else if (kind < 86) {
    client.describe(topic);
  } else if (kind < 90) {
    client.mark_read(topic);
  } else if (kind < 97) {
    client.leave(topic);
  } else if (!view.is_joining()) {
    join(client, topic);  // a second join replaces the first
  }
}

void scenario::everybody_leaves() {
  for (auto& client : clients_) {
    if (static_cast<std::size_t>(client.index()) >= clients_.size() / 2) {
      client.drop();
      continue;
    }
    for (std::size_t i = 0; i < client.topics(); ++i) {
      if (client.is_connected() && client.view(i).is_live() && !client.view(i).is_leaving())
        client.leave(i);
    }
  }
}

}  // namespace roost::sim
