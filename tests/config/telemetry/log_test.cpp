// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/log.hpp"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

/// The text with every digit replaced by 0.
std::string shape_of(std::string text) {
  for (char& c : text) {
    if (c >= '0' && c <= '9') c = '0';
  }
  return text;
}

/// Captures the log of one test. The destructor restores the log to stderr.
class captured_log {
 public:
  captured_log(log_level level, log_format format) { log::init(level, format, &out_); }
  ~captured_log() { log::init(log_level::info, log_format::json); }
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in{out_.str()};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  nlohmann::json only() const {
    REQUIRE(lines().size() == 1);
    return nlohmann::json::parse(lines().front());
  }

 private:
  std::ostringstream out_;
};

}  // namespace

TEST_CASE("a log line is one JSON object with time and level and event and typed fields") {
  captured_log captured{log_level::info, log_format::json};
  std::string host = "0.0.0.0";
  log::info("listening", {{"host", host}, {"port", 4000}, {"share", 0.5}, {"demo", true}});
  auto line = captured.only();
  CHECK(line["level"] == "info");
  CHECK(line["event"] == "listening");
  CHECK(line["host"] == "0.0.0.0");
  CHECK(line["port"] == 4000);
  CHECK(line["share"] == 0.5);
  CHECK(line["demo"] == true);
  CHECK(shape_of(line["time"]) == "0000-00-00T00:00:00.000Z");
}

TEST_CASE("a value from a client is escaped inside its JSON string") {
  captured_log captured{log_level::info, log_format::json};
  std::string evil = "a\"},\n{\"level\":\"\x01\xff%v{}";
  log::warning("bad_request", {{"target", evil}});
  auto line = captured.only();
  CHECK(line["level"] == "warning");
  CHECK(line["target"] == "a\"},\n{\"level\":\"\x01\xEF\xBF\xBD%v{}");
}

TEST_CASE("large and negative numbers are written in full") {
  captured_log captured{log_level::info, log_format::json};
  log::info("numbers", {{"most", ~std::uint64_t{0}}, {"least", std::int64_t{-5}}});
  CHECK(captured.only()["most"] == ~std::uint64_t{0});
  CHECK(captured.only()["least"] == -5);
}

TEST_CASE("lines below the level are not written") {
  captured_log captured{log_level::warning, log_format::json};
  log::debug("quiet");
  log::info("quiet");
  log::warning("said");
  log::error("said");
  CHECK(captured.lines().size() == 2);
}

TEST_CASE("the log level can change at run time") {
  captured_log captured{log_level::warning, log_format::json};
  log::info("before");
  log::set_level(log_level::info);
  log::info("between");
  log::set_level(log_level::error);
  log::warning("after");
  CHECK(captured.only()["event"] == "between");
}

TEST_CASE("connection and user and topic are logged under fixed keys") {
  captured_log captured{log_level::info, log_format::json};
  const topic room{"room:1"};
  log::info("evicted",
            {log::of(make_connection_id(loop_id{3}, 17)), log::of_user("ann"), log::of(room)});
  auto line = captured.only();
  CHECK(line["connection"] == "3-17");
  CHECK(line["user"] == "ann");
  CHECK(line["topic"] == "room:1");
}

TEST_CASE("a user without a name is omitted from a log line") {
  captured_log captured{log_level::info, log_format::json};
  log::info("malformed", {log::of_user(""), {"reason", ""}});
  CHECK_FALSE(captured.only().contains("user"));
  CHECK(captured.only()["reason"] == "");
}

TEST_CASE("a line in text format has the event and its fields with strings in quotes") {
  captured_log captured{log_level::debug, log_format::text};
  log::debug("joined", {{"topic", "room:1 x"}, {"members", 3}});
  REQUIRE(captured.lines().size() == 1);
  CHECK(shape_of(captured.lines().front()) ==
        "0000-00-00T00:00:00.000Z debug   joined topic=\"room:0 x\" members=0");
}

TEST_CASE("a flood of lines is limited and the number of dropped lines is logged") {
  captured_log captured{log_level::info, log_format::json};
  for (std::uint32_t i = 0; i < log::lines_per_second_max * 3; ++i) log::info("flood");
  log::finish();
  std::size_t floods = 0;
  std::uint64_t dropped = 0;
  for (const auto& text : captured.lines()) {
    auto line = nlohmann::json::parse(text);
    if (line["event"] == "flood") ++floods;
    if (line["event"] == "log_lines_dropped") {
      CHECK(line["of"] == "flood");
      dropped += line["lines"].get<std::uint64_t>();
    }
  }
  CHECK(dropped > 0);
  CHECK(floods + dropped == log::lines_per_second_max * 3);
}
