// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/links/world_node.hpp"

#include "tests/cluster/view/heartbeats.hpp"

namespace roost::cluster::tests {

namespace {

payload filler(std::size_t size) {
  return {slice::of(bytes_ptr::copy("\"" + std::string(size, 'x') + "\""))};
}

}  // namespace

world_surroundings::world_surroundings(std::uint64_t seed) : random(seed), network(~seed) {
  logs.all.resize(world_shards);
  logs.now = test_start;
  logs.random = random.fork();
  for (int i = 0; topics.size() < world_shards; ++i) {
    auto name = "room:" + std::to_string(i);
    const auto shard = cluster::shard_of(test_key, world_shards, name);
    if (shard.value == topics.size()) topics.push_back(std::move(name));
  }
}

void world_surroundings::fail(node_id at, const std::string& promise) {
  if (!broken.empty()) return;
  const auto time = std::chrono::duration_cast<milliseconds>(logs.now - test_start).count();
  broken = std::to_string(time) + " ms, node " + std::to_string(at.value) + ": " + promise;
}

world_node::world_node(node_id id, std::string name, world_surroundings& around)
    : name_(std::move(name)),
      around_(around),
      node_(id, name_, around.network, around.logs, *this, around.options) {
  node_.host.append_permille = 50;
}

void world_node::run() {
  node_.run(around_.logs.now);
  for (std::uint32_t k = 0; k < world_shards; ++k) {
    if (around_.random.chance(60)) publish_command(shard_id{k});
    if (around_.random.chance(60)) publish_event(shard_id{k});
  }
}

void world_node::publish(shard_id shard, command command) {
  const auto owner = node_.bus.owner_of(shard);
  const auto serial = around_.ledger.next_serial();
  command.topic = topic{around_.topics[shard.value]};
  command.ownership = owner.ownership;
  command.id = {{node_.id, 1}, serial, {}};
  around_.ledger.sent({node_.id, owner.node, shard, envelope_kind::command}, serial,
                      owner.ownership);
  if (!node_.bus.publish(std::move(command))) around_.fail(node_.id, "a command is refused");
}

void world_node::publish_command(shard_id shard) {
  if (node_.bus.owner_of(shard).node == node_id{}) return;
  command out;
  out.body = commands::push{"ann", "event", filler(around_.random.below(300)), ""};
  publish(shard, std::move(out));
}

void world_node::publish_event(shard_id shard) {
  const auto owner = node_.bus.owner_of(shard);
  if (owner.node != node_.id || !node_.host.serves(shard)) return;
  const auto& attached = rooms_[shard.value].attached;
  const auto serial = around_.ledger.next_serial();
  for (const auto to : attached) {
    around_.ledger.sent({node_.id, to, shard, envelope_kind::event}, serial, owner.ownership);
  }
  events::notification body{node_.id.value, "news", filler(around_.random.below(300))};
  const auto made = share({topic{around_.topics[shard.value]}, epoch{owner.ownership}, "e",
                           offset{serial}, std::move(body)});
  const std::vector<node_id> to{attached.begin(), attached.end()};
  if (!node_.bus.publish(made, to)) around_.fail(node_.id, "an event is refused");
}

void world_node::attach(shard_id shard) {
  command out;
  out.body = commands::attach{};
  publish(shard, std::move(out));
  node_.bus.finish_attaching(shard, node_.bus.owner_of(shard).ownership);
}

void world_node::command_arrived(command&& command) {
  const auto shard = shard_of(command.topic);
  const auto from = command.id.edge.node;
  const auto problem =
      around_.ledger.arrived({from, node_.id, shard, envelope_kind::command}, command.id.number);
  if (!problem.empty()) {
    around_.fail(node_.id, "a command of " + std::to_string(from.value) + " " + problem);
  }
  if (heard_[shard.value] != announced_owner{node_.id, command.ownership}) {
    around_.fail(node_.id, "a command is for another owner");
  }
  if (is<commands::attach>(command)) rooms_[shard.value].attached.insert(from);
}

void world_node::event_arrived(const event_ptr& event) {
  const auto shard = shard_of(event->topic);
  const node_id from{std::get<events::notification>(event->body).notifications};
  const auto problem =
      around_.ledger.arrived({from, node_.id, shard, envelope_kind::event}, event->at.value);
  if (!problem.empty()) {
    around_.fail(node_.id, "an event of " + std::to_string(from.value) + " " + problem);
  }
  if (event->epoch_number.ownership != heard_[shard.value].ownership) {
    around_.fail(node_.id, "an event is of an older owner, or of one that was not announced");
  }
}

void world_node::link_broke(node_id node, bool has_left) {
  ++breaks_;
  around_.ledger.broke(node_.id, node);
  for (std::uint32_t k = 0; k < world_shards; ++k) {
    if (has_left) rooms_[k].attached.erase(node);
    if (heard_[k].node == node && !has_left) attach(shard_id{k});
  }
}

void world_node::owner_changed(shard_id shard, const announced_owner& now) {
  auto& heard = heard_[shard.value];
  if (now == heard) around_.fail(node_.id, "an owner is reported twice");
  if (now.ownership < heard.ownership) around_.fail(node_.id, "an older owner is reported");
  if (node_.bus.owner_of(shard) != now) around_.fail(node_.id, "owner_of() disagrees");
  heard = now;
  if (now.node == node_.id) rooms_[shard.value].attached.clear();
  if (now.node != node_id{}) attach(shard);
}

void world_node::attaching_finished(shard_id shard, std::uint64_t ownership) {
  if (!finished_.insert({shard, ownership}).second) {
    around_.fail(node_.id, "attaching finishes twice");
  }
  if (heard_[shard.value] != announced_owner{node_.id, ownership}) {
    around_.fail(node_.id, "attaching finishes for another owner");
  }
}

void world_node::check_at_rest(const std::vector<node_id>& living) {
  const std::set<node_id> all{living.begin(), living.end()};
  if (node_.links.node().view().nodes.size() != living.size()) {
    around_.fail(node_.id, "has a wrong view at rest");
  }
  for (std::uint32_t k = 0; k < world_shards; ++k) {
    const auto& log = around_.logs.all[k];
    if (heard_[k] != announced_owner{log.author, log.ownership}) {
      around_.fail(node_.id, "knows another owner at rest");
    }
    if (log.author != node_.id) continue;
    if (!node_.host.serves(shard_id{k})) around_.fail(node_.id, "does not serve its shard");
    if (node_.bus.is_attaching(shard_id{k})) around_.fail(node_.id, "waits for attaches at rest");
    if (rooms_[k].attached != all) around_.fail(node_.id, "not all nodes are attached at rest");
  }
}

void world_node::check_arrivals(const std::vector<node_id>& living) {
  for (std::uint32_t k = 0; k < world_shards; ++k) {
    const shard_id shard{k};
    const auto owner = heard_[k].node;
    if (!around_.ledger.has_all({node_.id, owner, shard, envelope_kind::command})) {
      around_.fail(node_.id, "has lost commands to " + std::to_string(owner.value));
    }
    for (const auto to : living) {
      if (owner == node_.id &&
          !around_.ledger.has_all({node_.id, to, shard, envelope_kind::event})) {
        around_.fail(node_.id, "has lost events to " + std::to_string(to.value));
      }
    }
  }
}

}  // namespace roost::cluster::tests
