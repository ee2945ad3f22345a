#include "tests/actors/fakes.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include "net/transport/session_table.hpp"
#include "tests/support/catch.hpp"

namespace roost::tests {

namespace {

using namespace std::chrono_literals;

std::string payload_of(const net::frame_ptr& frame) {
  const auto all = frame->view();
  const auto length = static_cast<unsigned char>(all[1]);
  const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
  return std::string(all.substr(header));
}

}  // namespace

// -- running_loops

running_loops::running_loops(std::size_t count, net::turn_budget budget) {
  for (std::size_t i = 0; i < count; ++i) {
    loops_.push_back(std::make_unique<net::loop>(loop_id{static_cast<std::uint16_t>(i)}, budget));
  }
}

running_loops::~running_loops() { stop(); }

void running_loops::start() {
  for (auto& each : loops_) {
    threads_.emplace_back([home = each.get()] { home->run(); });
  }
}

void running_loops::stop() {
  for (auto& each : loops_) each->stop();
  for (auto& each : threads_) each.join();
  threads_.clear();
}

void running_loops::on(std::size_t index, const std::function<void()>& work) {
  std::promise<void> done;
  auto is_done = done.get_future();
  at(index).post([&] {
    work();
    done.set_value();
  });
  is_done.wait();
}

void running_loops::await_turn(std::size_t index) {
  std::uint64_t first = 0;
  std::uint64_t now = 0;
  on(index, [&] { first = now = at(index).turns(); });
  while (now == first) on(index, [&] { now = at(index).turns(); });
}

void running_loops::wait_until(std::size_t index, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  for (bool is_so = false; !is_so;) {
    on(index, [&] { is_so = holds(); });
    if (is_so) return;
    if (std::chrono::steady_clock::now() > end) FAIL("waited in vain");
    std::this_thread::sleep_for(1ms);
  }
}

// -- fake_session

fake_session::fake_session(net::loop& home) : session(home.sessions().next_id()), home_(home) {
  home_.sessions().add(*this);
}

bool fake_session::send(const net::frame_ptr& frame, net::flush_class urgency) {
  if (!is_open_) return false;
  if (stalls_at != 0 && (queued_ += frame->size()) > stalls_at) {
    close(errc::slow_consumer);
    return false;
  }
  got.push_back(payload_of(frame));
  if (waits_writable_) return true;
  home_.flusher().enqueue(*this, urgency);
  return true;
}

net::flush_node::outcome fake_session::flush_once(std::span<char>) {
  ++sends_tried;
  waits_writable_ = stalls_at != 0;
  if (waits_writable_) return {};
  const auto before = written_at.size();
  written_at.resize(got.size(), home_.turns());
  return {got.size() - before, false};
}

void fake_session::close(errc why) {
  if (!is_open_) return;
  is_open_ = false;
  why_closed = why;
  home_.sessions().remove(id());
  // In a later step, as real sessions do. The world keeps it until the loops have stopped.
  home_.post([this] {
    if (handler) handler->closed(row_of(why_closed).close_code);
    handler.reset();
  });
}

void fake_session::answered(std::uint32_t bytes_in) {
  ++messages_answered;
  bytes_answered += bytes_in;
}

void fake_session::want_writable(std::size_t) {
  home_.post([this] {
    if (handler) handler->writable();
  });
}

std::size_t fake_session::count(std::string_view part) const {
  return static_cast<std::size_t>(std::count_if(
      got.begin(), got.end(), [&](const auto& each) { return each.find(part) != each.npos; }));
}

// -- world

world::world(std::size_t count, settings given, actors::kind_factory kinds, net::turn_budget budget)
    : loops(count, budget),
      config(std::move(given)),
      office(config, probe),
      node(config, loops.all(), probe, {.kinds = std::move(kinds), .office = &office}),
      clients_(count) {
  loops.start();
}

world::~world() { end(); }

void world::end() {
  if (std::exchange(is_ended_, true)) return;
  node.end();
  loops.stop();
  clients_.clear();
}

fake_session& world::open_here(std::size_t loop, net::connect_info info) {
  auto* made = new fake_session(loops.at(loop));
  clients_[loop].emplace_back(made);
  made->handler = node.opener().opened(*made, std::move(info));
  return *made;
}

fake_session& world::open(std::size_t loop, net::wire_format format) {
  net::connect_info info;
  info.format = format;
  return open_with(loop, std::move(info));
}

fake_session& world::open_with(std::size_t loop, net::connect_info info) {
  fake_session* made = nullptr;
  loops.on(loop, [&] { made = &open_here(loop, std::move(info)); });
  return *made;
}

void world::say_here(fake_session& who, std::string_view text) {
  if (!who.handler) return;
  ++who.messages_said;
  who.bytes_said += text.size();
  who.handler->message(net::bytes_ptr::copy(text), false);
}

void world::say(fake_session& who, std::string text) {
  loops.on(loop_of(who.id()).value, [&] { say_here(who, text); });
}

void world::close(fake_session& who, errc why) {
  loops.on(loop_of(who.id()).value, [&] { who.close(why); });
}

void world::join(fake_session& who, std::string_view topic_name) {
  const auto answer = "[\"1\",\"1\",\"" + std::string(topic_name) + "\",\"phx_reply\"";
  const auto before = got(who).size();
  say(who, line("1", topic_name, "phx_join", "{}"));
  wait_until(who, [&] {
    return std::any_of(who.got.begin() + static_cast<std::ptrdiff_t>(before), who.got.end(),
                       [&](const auto& each) { return each.starts_with(answer); });
  });
}

void world::wait_until(const fake_session& who, const std::function<bool()>& holds) {
  loops.wait_until(loop_of(who.id()).value, holds);
}

void world::wait_for(fake_session& who, std::string_view part, std::size_t times) {
  wait_until(who, [&] { return who.count(part) >= times; });
}

std::vector<std::string> world::got(const fake_session& who) {
  std::vector<std::string> out;
  loops.on(loop_of(who.id()).value, [&] { out = who.got; });
  return out;
}

void world::settle() {
  // A request crosses six actors at most, so a few rounds of every loop are enough.
  for (int round = 0; round < 16; ++round) {
    for (std::size_t i = 0; i < loops.all().size(); ++i) loops.await_turn(i);
  }
}

settings quiet() {
  settings out;
  out.rooms[0].presence.mode = "off";
  out.drain.spread_ms = 0;
  return out;
}

std::string line(std::string_view ref, std::string_view topic_name, std::string_view event,
                 std::string_view payload) {
  std::string out = "[\"1\",\"";
  out.append(ref).append("\",\"").append(topic_name).append("\",\"").append(event);
  return out.append("\",").append(payload).append("]");
}

std::string topic_at(actors::node& node, std::size_t loop) {
  for (int i = 0;; ++i) {
    auto name = "room:" + std::to_string(i);
    if (node.context().home_of(topic{name}).home().id().value == loop) return name;
  }
}

}  // namespace roost::tests
