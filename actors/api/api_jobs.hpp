// The API's requests that are not answered yet, each made of parts that others answer. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/room/room_table.hpp"
#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "net/http/api_handler.hpp"

namespace roost::actors {

/// One request.
struct api_job {
  /// So many parts are asked for from now on; none of them is done.
  void expect(std::size_t count) {
    missing = count;
    parts.assign(count, errc::unavailable);
  }
  void answer(std::size_t index, result<std::string> with) {
    parts[index] = std::move(with);
    --missing;
  }

  net::http::api_request asked;
  net::loop* asker = nullptr;
  net::http::api_handler::completion done;
  time_point since;
  std::size_t missing = 0;                      ///< parts without an answer
  std::vector<result<std::string>> parts = {};  ///< by index: topics, connections
  std::vector<room_line> rooms = {};
  std::size_t total = 0;  ///< user: its connections here
};

/// Owns: the requests. Runs on: the API's loop. Ends: with the API.
class api_jobs {
 public:
  static constexpr std::size_t jobs_max = 1'024;

  struct part {
    std::uint64_t job = 0;
    std::size_t index = 0;
  };

  /// Its number, from 1 on; nothing where there are jobs_max.
  std::optional<std::uint64_t> open(api_job what);
  /// Null where it has ended.
  api_job* find(std::uint64_t job);
  /// Names this part, whose topic has its index, to whoever answers it.
  std::uint64_t ticket(part of);
  /// What the ticket names, once.
  std::optional<part> redeem(std::uint64_t ticket);
  /// Takes it out where nothing is missing any more.
  std::optional<api_job> take_if_done(std::uint64_t job);
  /// Forgets what has waited since `before`, whose sessions have given up; gives the topics of the
  /// tickets that nobody redeemed.
  std::vector<topic> drop_old(time_point before);

  bool empty() const { return jobs_.empty(); }
  std::size_t size() const { return jobs_.size(); }
  std::size_t tickets() const { return tickets_.size(); }

 private:
  std::unordered_map<std::uint64_t, api_job> jobs_;
  std::unordered_map<std::uint64_t, part> tickets_;
  std::uint64_t last_ = 0;
};

}  // namespace roost::actors
