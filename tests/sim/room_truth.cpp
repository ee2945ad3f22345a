#include "tests/sim/room_truth.hpp"

#include <iterator>

namespace roost::sim {

namespace {

std::string text_of(const push_id& who) {
  return "push " + std::to_string(who.number) + " of client " + std::to_string(who.client);
}

std::string text_of(const position& where) { return where.epoch + ":" + std::to_string(where.at); }

}  // namespace

void room_truth::seen(const position& where, const std::string& content, const push_id& who) {
  const auto [it, is_new] = contents_.emplace(key{where.epoch, where.at}, content);
  if (!is_new && it->second != content) {
    found_.broke(promise::one_order, topic_ + " " + text_of(where) + " is " + it->second +
                                         " for one and " + content + " for another");
  }
  if (refused_.contains(who)) {
    found_.broke(promise::true_answer, topic_ + ": " + text_of(who) + " was refused and happened");
  }
  stands(where, who);
}

void room_truth::acknowledged(const position& where, const push_id& who) { stands(where, who); }

void room_truth::refused(const push_id& who) {
  refused_.insert(who);
  if (places_.contains(who)) {
    found_.broke(promise::true_answer, topic_ + ": " + text_of(who) + " happened and was refused");
  }
}

void room_truth::stands(const position& where, const push_id& who) {
  const key at{where.epoch, where.at};
  const auto [known, is_new] = pushes_.emplace(at, who);
  if (!is_new && known->second != who) {
    found_.broke(promise::true_answer, topic_ + " " + text_of(where) + " is " +
                                           text_of(known->second) + " and " + text_of(who));
  }
  const auto [place, is_first] = places_.emplace(who, at);
  if (!is_first && place->second != at) {
    found_.broke(is_repeated(who) ? promise::once : promise::push_order,
                 topic_ + ": " + text_of(who) + " stands at " + place->second.first + ":" +
                     std::to_string(place->second.second) + " and at " + text_of(where));
  }
  if (is_repeated(who)) return;
  auto& order = orders_[{where.epoch, who.client, who.connection}];
  const auto mine = order.emplace(where.at, who.number).first;
  const bool follows = mine == order.begin() || std::prev(mine)->second < who.number;
  const bool precedes = std::next(mine) == order.end() || std::next(mine)->second > who.number;
  if (!follows || !precedes) {
    found_.broke(promise::push_order,
                 topic_ + ": " + text_of(who) + " is out of order at " + text_of(where));
  }
}

}  // namespace roost::sim
