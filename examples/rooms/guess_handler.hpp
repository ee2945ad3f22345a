// SPDX-License-Identifier: Apache-2.0
// A room kind as an example: members guess a number, and see the scores twice a second.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actors/room/room_handler.hpp"

namespace roost::examples {

/// Owns: the number and the players. Runs on: the room's loop. Ends: with the room.
class guess_handler final : public actors::room_handler {
 public:
  void on_join(actors::room_context& context, const actors::room_member& member,
               std::string_view meta) override {
    if (context.member_count() > players_max) return context.refuse("the game is full");
    if (number_ == 0) begin_round(context);
    const auto options = nlohmann::json::parse(meta, nullptr, false);
    players_[member.id].name = options.is_object() ? options.value("name", "") : "";
    context.send(member.id, "rules", json_payload(R"({"from":1,"to":100})"));
    context.tick_every(milliseconds{500});
  }

  void on_leave(actors::room_context& context, const actors::room_member& member) override {
    players_.erase(member.id);
    is_changed_ = true;
    if (context.member_count() == 0) context.stop_ticking();
  }

  void on_message(actors::room_context& context, const actors::room_member& sender,
                  const message& pushed) override {
    const auto found = players_.find(sender.id);
    if (found == players_.end() || pushed.event != "guess") return context.refuse("not a guess");
    const auto body = nlohmann::json::parse(pushed.payload.data.view(), nullptr, false);
    if (!body.is_object() || !body.contains("number") || !body["number"].is_number_integer()) {
      return context.refuse("a guess needs a number");
    }
    guess(context, sender, found->second, body["number"].get<int>());
  }

  void on_tick(actors::room_context& context) override {
    if (!is_changed_) return;  // nothing is sent while nothing happens
    is_changed_ = false;
    auto scores = nlohmann::json::array();
    context.each_member([&](const actors::room_member& member) {
      const auto& name = players_[member.id].name;
      scores.push_back({{"name", name}, {"points", points_[name]}});
    });
    context.broadcast("scores", json_payload(nlohmann::json{{"scores", scores}}.dump()));
  }

  std::string snapshot() const override {
    return nlohmann::json{{"number", number_}, {"points", points_}}.dump();
  }

  void restore(std::string_view state) override {
    const auto stored = nlohmann::json::parse(state);
    number_ = stored.at("number");
    points_ = stored.at("points").get<std::map<std::string, int>>();
  }

  void replay(const message& event) override {
    if (event.event != "round_won") return;
    ++points_[nlohmann::json::parse(event.payload.data.view()).at("by")];
    number_ = 0;  // the number of the next round was not broadcast, so begin another
  }

 private:
  static constexpr std::size_t players_max = 8;
  static constexpr int guesses_max = 20;
  struct player {
    std::string name;
    int guesses = 0;  // in this round
  };

  void begin_round(actors::room_context& context) {
    number_ = static_cast<int>(context.random()() % 100) + 1;
    for (auto& [id, each] : players_) each.guesses = 0;
  }

  void guess(actors::room_context& context, const actors::room_member& sender, player& by,
             int number) {
    if (++by.guesses > guesses_max) return context.kick(sender.id, "too many guesses");
    if (number != number_) {
      return context.reply(
          json_payload(number < number_ ? R"({"it_is":"higher"})" : R"({"it_is":"lower"})"));
    }
    ++points_[by.name];
    is_changed_ = true;
    context.reply(json_payload(R"({"it_is":"right"})"));
    context.broadcast_to_others("round_won", json_payload(nlohmann::json{{"by", by.name}}.dump()));
    begin_round(context);
  }

  int number_ = 0;  // 0: no round has begun
  bool is_changed_ = false;
  std::map<std::string, int> points_;  // by name, also of players that left
  std::unordered_map<cluster::member_id, player, actors::member_hash> players_;
};

}  // namespace roost::examples
