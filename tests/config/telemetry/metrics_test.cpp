// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/metrics.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "config/base/error.hpp"
#include "config/telemetry/log.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using counter = metrics::counter;
using gauge = metrics::gauge;

namespace {

bool has_line(const std::string& text, const std::string& wanted) {
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    if (line == wanted) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the metrics catalogue has exactly the published names") {
  std::string names;
  for (const auto& row : metric_rows::catalogue()) names += std::string{row.name} + "\n";
  CHECK(names ==
        "roost_connections_opened_total\nroost_connections_closed_total\n"
        "roost_handshakes_refused_total\nroost_messages_in_total\nroost_deliveries_out_total\n"
        "roost_bytes_in_total\nroost_bytes_out_total\nroost_sends_total\nroost_encodes_total\n"
        "roost_malformed_total\nroost_messages_dropped_total\nroost_joins_total\nroost_pushes_"
        "refused_total\n"
        "roost_events_ordered_total\nroost_slow_consumers_total\nroost_rooms_crashed_total\n"
        "roost_accepts_paused_total\nroost_http_requests_total\n"
        "roost_flushes_budget_spent_total\nroost_ephemeral_dropped_total\n"
        "roost_ephemeral_conflated_total\nroost_resumes_total\nroost_resumes_lost_total\n"
        "roost_rooms_restarted_total\nroost_presence_diffs_total\nroost_receipts_marked_total\n"
        "roost_repeated_pushes_total\nroost_commands_resent_total\nroost_edge_gaps_total\n"
        "roost_messages_total\nroost_auth_results_total\nroost_token_expiries_total\n"
        "roost_revocations_total\nroost_jwks_fetches_total\nroost_rate_refusals_total\n"
        "roost_evictions_total\nroost_idle_ends_total\nroost_abnormal_closes_total\n"
        "roost_pings_sent_total\nroost_api_requests_total\nroost_reloads_total\n"
        "roost_rooms_refused_total\nroost_histories_cut_total\nroost_memory_cuts_total\n"
        "roost_store_appends_total\nroost_store_appends_failed_total\n"
        "roost_store_records_total\nroost_store_bytes_total\nroost_store_snapshots_total\n"
        "roost_store_truncations_total\nroost_room_loads_total\nroost_shards_lost_total\n"
        "roost_shards_taken_total\nroost_cluster_frames_total\nroost_cluster_frame_bytes_total\n"
        "roost_cluster_frames_dropped_total\nroost_cluster_overruns_total\n"
        "roost_cluster_messages_dropped_total\nroost_cluster_link_breaks_total\n"
        "roost_cluster_heartbeats_total\nroost_cluster_heartbeats_late_total\n"
        "roost_cluster_freezes_total\nroost_cluster_reconnects_total\n"
        "roost_cluster_identity_checks_total\n"
        "roost_log_lines_dropped_total\n"
        "roost_connections\nroost_rooms\nroost_members\nroost_loops\nroost_ready\n"
        "roost_rooms_with_history\nroost_history_bytes\nroost_recent_events_bytes\n"
        "roost_presence_bytes\nroost_idempotency_bytes\nroost_receipt_bytes\n"
        "roost_answer_bytes\nroost_outbox_bytes\nroost_outboxes_waiting\n"
        "roost_inbound_messages\nroost_inbound_bytes\nroost_partial_bytes\n"
        "roost_upgrades_pending\nroost_rate_buckets\n"
        "roost_shards\nroost_shards_unavailable\nroost_store_queued_bytes\n"
        "roost_rooms_unstored\nroost_store_log_bytes\nroost_store_synced\n"
        "roost_store_sync_known\nroost_shards_owned\nroost_cluster_nodes\nroost_cluster_up\n"
        "roost_cluster_links\nroost_cluster_queued_bytes\nroost_cluster_unsent_bytes\n"
        "roost_process_resident_bytes\nroost_process_open_fds\nroost_loop_turn_seconds\n"
        "roost_handling_seconds\nroost_store_append_seconds\n");
}

TEST_CASE("a counter counts each label value and returns the sum of all values") {
  metrics m;
  m.add(counter::connections_closed, "1000,client");
  m.add(counter::connections_closed, "1013,server", 2);
  m.add(counter::bytes_in, 1'000);
  CHECK(m.value(counter::connections_closed) == 3);
  CHECK(has_line(m.text(), "roost_connections_closed_total{by=\"client\",code=\"1000\"} 1"));
  CHECK(has_line(m.text(), "roost_connections_closed_total{by=\"server\",code=\"1013\"} 2"));
  CHECK(has_line(m.text(), "roost_bytes_in_total 1000"));
}

TEST_CASE("the metrics text shows resumes and edge gaps and history bytes") {
  metrics m;
  m.add(counter::resumes, "recovered", 3);
  m.add(counter::resumes, "not_recovered");
  m.add(counter::edge_gaps);
  m.set(gauge::history_bytes, 1'234);
  CHECK(has_line(m.text(), "roost_resumes_total{result=\"recovered\"} 3"));
  CHECK(has_line(m.text(), "roost_resumes_total{result=\"not_recovered\"} 1"));
  CHECK(has_line(m.text(), "roost_edge_gaps_total 1"));
  CHECK(has_line(m.text(), "roost_history_bytes 1234"));
}

TEST_CASE("an unknown label value counts as other so that the number of series is bounded") {
  metrics m;
  for (int code = 4'000; code < 4'100; ++code) {
    m.add(counter::connections_closed, std::to_string(code) + ",client");
  }
  m.add(counter::connections_closed, "4000,nobody");
  m.add(counter::joins);
  CHECK(has_line(m.text(), "roost_connections_closed_total{by=\"client\",code=\"other\"} 100"));
  CHECK(has_line(m.text(), "roost_connections_closed_total{by=\"other\",code=\"other\"} 1"));
  CHECK(has_line(m.text(), "roost_joins_total{result=\"other\"} 1"));
}

TEST_CASE("every error of the catalogue has its own label value") {
  auto values_of = [](const char* name) {
    auto values = metric_rows::label_values(name);
    std::set<std::string> distinct(values.begin(), values.end());
    CHECK(distinct.size() == values.size());
    return distinct;
  };
  auto refused = values_of("roost_handshakes_refused_total");
  auto closed = values_of("roost_connections_closed_total");
  auto pushes = values_of("roost_pushes_refused_total");
  for (const auto& row : error_catalogue()) {
    INFO(row.name);
    auto number = static_cast<unsigned>(row.code);
    if (number / 100 == 3) CHECK(refused.contains(std::string{row.name}));
    if (number / 100 == 1) CHECK(pushes.contains(std::string{row.name}));
    if (row.close_code != 0) CHECK(closed.contains(std::to_string(row.close_code) + ",server"));
  }
  CHECK(values_of("roost_malformed_total").contains("bad_utf8"));
  CHECK(metric_rows::label_values("roost_rooms").empty());
}

TEST_CASE("a counter with two labels shows both and counts an unknown pair as other") {
  metrics m;
  m.add(counter::rate_refusals, "user,messages", 2);
  m.add(counter::rate_refusals, "user,nonsense");
  m.add(counter::api_requests, "publish,4xx");
  const auto text = m.text();
  CHECK(has_line(text, "roost_rate_refusals_total{kind=\"messages\",scope=\"user\"} 2"));
  CHECK(has_line(text, "roost_rate_refusals_total{kind=\"other\",scope=\"other\"} 1"));
  CHECK(has_line(text, "roost_api_requests_total{route=\"publish\",status=\"4xx\"} 1"));
  CHECK(m.value(counter::rate_refusals) == 3);
}

TEST_CASE("a histogram shows buckets and count in the text and also the sum in the JSON") {
  metrics m;
  m.observe(metrics::histogram::loop_iteration, loop_id{0}, std::chrono::microseconds{400});
  m.observe(metrics::histogram::loop_iteration, loop_id{1}, std::chrono::seconds{2});
  CHECK(m.value(metrics::histogram::loop_iteration) == 2);
  CHECK(m.value(metrics::histogram::handling) == 0);
  const auto text = m.text();
  CHECK(has_line(text, "roost_loop_turn_seconds_bucket{le=\"0.00025\"} 0"));
  CHECK(has_line(text, "roost_loop_turn_seconds_bucket{le=\"0.0005\"} 1"));
  CHECK(has_line(text, "roost_loop_turn_seconds_bucket{le=\"1\"} 1"));
  CHECK(has_line(text, "roost_loop_turn_seconds_bucket{le=\"+Inf\"} 2"));
  CHECK(has_line(text, "roost_loop_turn_seconds_count 2"));
  CHECK(has_line(text, "roost_handling_seconds_count 0"));
  const auto all = nlohmann::json::parse(m.json());
  CHECK(all["roost_loop_turn_seconds"]["count"] == 2);
  CHECK(all["roost_loop_turn_seconds"]["sum"] == 2.0004);
  CHECK(all["roost_loop_turn_seconds"]["up_to"]["0.0005"] == 1);
}

TEST_CASE("every counter and gauge and histogram changes without changing another metric") {
  const auto rows = metric_rows::catalogue();
  auto lines_moved = [&](auto move) {
    metrics still;
    metrics moved;
    move(moved);
    const auto before = nlohmann::json::parse(still.json());
    const auto after = nlohmann::json::parse(moved.json());
    std::string names;
    for (const auto& row : rows) {
      const auto name = std::string{row.name};
      if (!name.starts_with("roost_process_") && before[name] != after[name]) names += name;
    }
    return names;
  };
  std::size_t at = 0;
  for (int i = 0; i < static_cast<int>(counter::count_); ++i) {
    CHECK(lines_moved([&](metrics& m) { m.add(static_cast<counter>(i)); }) == rows[at++].name);
  }
  at += 1;  // the log's row
  for (int i = 0; i < static_cast<int>(gauge::count_); ++i) {
    CHECK(lines_moved([&](metrics& m) { m.set(static_cast<gauge>(i), 5); }) == rows[at++].name);
  }
  at += 2;  // the process's rows
  for (int i = 0; i < static_cast<int>(metrics::histogram::count_); ++i) {
    const auto which = static_cast<metrics::histogram>(i);
    CHECK(lines_moved([&](metrics& m) { m.observe(which, {}, std::chrono::seconds{1}); }) ==
          rows[at++].name);
  }
}

TEST_CASE("a gauge can be set and can be changed by a difference") {
  metrics m;
  m.set(gauge::ready, 1);
  m.add(gauge::connections, 3);
  m.add(gauge::connections, -1);
  CHECK(m.value(gauge::ready) == 1);
  CHECK(m.value(gauge::connections) == 2);
  CHECK(has_line(m.text(), "roost_connections 2"));
}

TEST_CASE("concurrent increments of two threads are all counted") {
  metrics m;
  auto work = [&m] {
    for (int i = 0; i < 10'000; ++i) m.add(counter::joins, "ok");
  };
  std::thread one{work};
  std::thread two{work};
  one.join();
  two.join();
  CHECK(m.value(counter::joins) == 20'000);
}

TEST_CASE("the JSON has every metric and the memory and open files of the process") {
  metrics m;
  m.add(counter::joins, "ok", 4);
  auto all = nlohmann::json::parse(m.json());
  CHECK(all.size() == metric_rows::catalogue().size());
  CHECK(all["roost_joins_total"]["ok"] == 4);
  CHECK(all["roost_process_resident_bytes"] > 100'000);
  CHECK(all["roost_process_open_fds"] >= 3);
}

TEST_CASE("each metric has its help and type in the text") {
  auto text = metrics{}.text();
  for (const auto& row : metric_rows::catalogue()) {
    auto kind = row.type == metric_rows::kind::counter ? " counter"
                : row.type == metric_rows::kind::gauge ? " gauge"
                                                       : " histogram";
    CHECK(has_line(text, "# TYPE " + std::string{row.name} + kind));
    CHECK(has_line(text, "# HELP " + std::string{row.name} + " " + std::string{row.help}));
  }
}

TEST_CASE("log lines that were dropped are counted") {
  const auto read = [] {
    return nlohmann::json::parse(metrics{}.json())["roost_log_lines_dropped_total"].get<double>();
  };
  const auto before = read();
  std::ostringstream out;
  roost::log::init(log_level::info, log_format::json, &out);
  for (std::uint32_t i = 0; i < roost::log::lines_per_second_max * 2; ++i)
    roost::log::info("counted");
  roost::log::init(log_level::info, log_format::json);
  CHECK(read() > before);
}

TEST_CASE("promtool accepts the metrics text without a complaint") {
  auto file = roost::testing::temporary_path("metrics_test.prom");
  metrics used;
  for (int i = 0; i < static_cast<int>(counter::count_); ++i) used.add(static_cast<counter>(i), 3);
  used.observe(metrics::histogram::handling, loop_id{0}, std::chrono::microseconds{70});
  std::ofstream{file} << used.text();
  const auto command = "promtool check metrics < " + file;
  INFO("promtool comes with: apt-get install prometheus");
  CHECK(std::system(command.c_str()) == 0);
  std::filesystem::remove(file);
}
