// The catalogue of metrics and the only file that knows prometheus-cpp.
#include "config/base/metrics.hpp"

#include <dirent.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "config/base/error.hpp"

namespace roost {
namespace {

using row = metrics::row;
constexpr auto counts = metrics::kind::counter;
constexpr auto measures = metrics::kind::gauge;
constexpr auto counter_total = static_cast<std::size_t>(metrics::counter::count_);
constexpr auto gauge_total = static_cast<std::size_t>(metrics::gauge::count_);
constexpr std::string_view other = "other";

// The counters and then the gauges in the order of their enums, then what text() reads itself.
constexpr std::array rows{
    row{"roost_connections_opened_total", counts, "", "WebSocket sessions opened."},
    row{"roost_connections_closed_total", counts, "code", "Sessions closed, by close code."},
    row{"roost_handshakes_refused_total", counts, "reason", "Upgrades refused, by reason."},
    row{"roost_messages_in_total", counts, "", "Messages decoded from clients."},
    row{"roost_deliveries_out_total", counts, "", "Frames put into outboxes."},
    row{"roost_bytes_in_total", counts, "", "Payload bytes of WebSocket frames from clients."},
    row{"roost_bytes_out_total", counts, "", "Bytes handed to the kernel for WebSockets."},
    row{"roost_sends_total", counts, "", "Send calls for WebSockets."},
    row{"roost_encodes_total", counts, "", "Frames encoded, once a codec."},
    row{"roost_malformed_total", counts, "reason", "Messages that could not be served."},
    row{"roost_joins_total", counts, "result", "Joins answered, by result."},
    row{"roost_pushes_refused_total", counts, "reason", "Pushes answered with an error."},
    row{"roost_events_ordered_total", counts, "", "Events that got an offset."},
    row{"roost_slow_consumers_total", counts, "", "Connections closed with 1013."},
    row{"roost_rooms_crashed_total", counts, "", "Rooms that failed and told their members."},
    row{"roost_accepts_paused_total", counts, "", "Accept stopped: no file descriptor left."},
    row{"roost_http_requests_total", counts, "status", "HTTP requests answered, by class."},
    row{"roost_flushes_budget_spent_total", counts, "",
        "Loop turns that ended with outboxes still waiting."},
    row{"roost_ephemeral_dropped_total", counts, "",
        "Ephemeral events that did not get into an outbox under pressure."},
    row{"roost_ephemeral_conflated_total", counts, "",
        "Ephemeral events that a newer one replaced in an outbox."},
    row{"roost_resumes_total", counts, "result", "Joins that asked to resume, by result."},
    row{"roost_resumes_lost_total", counts, "",
        "Members whose missed events were trimmed away while they caught up."},
    row{"roost_rooms_restarted_total", counts, "", "Rooms restored after they failed."},
    row{"roost_presence_diffs_total", counts, "", "Presence diffs given out by rooms."},
    row{"roost_receipts_marked_total", counts, "", "Read receipts that moved."},
    row{"roost_repeated_pushes_total", counts, "",
        "Pushes answered as repeats, by their idempotency field."},
    row{"roost_commands_resent_total", counts, "",
        "Commands sent to an owner again, for want of an answer."},
    row{"roost_edge_gaps_total", counts, "", "Gaps that an edge found in the events of a room."},
    row{"roost_connections", measures, "", "WebSocket sessions open now."},
    row{"roost_rooms", measures, "", "Rooms with an owner on this node."},
    row{"roost_members", measures, "", "Channels joined on this node."},
    row{"roost_loops", measures, "", "Loops (threads) of this node."},
    row{"roost_ready", measures, "", "1 while the node takes work."},
    row{"roost_history_bytes", measures, "", "Names and payloads held in histories of rooms."},
    row{"roost_process_resident_bytes", measures, "", "Resident memory of the process."},
    row{"roost_process_open_fds", measures, "", "File descriptors open in the process."},
};
static_assert(rows.size() == counter_total + gauge_total + 2);

template <class Wanted>
std::vector<std::string> error_names(Wanted wanted) {
  std::vector<std::string> out;
  for (const auto& e : error_catalogue()) {
    if (wanted(static_cast<unsigned>(e.code), e)) out.emplace_back(e.name);
  }
  return out;
}

std::vector<std::string> close_codes() {
  std::vector<std::string> out;
  for (const auto& e : error_catalogue()) {
    auto code = std::to_string(e.close_code);
    if (e.close_code != 0 && std::ranges::find(out, code) == out.end()) out.push_back(code);
  }
  return out;
}

std::vector<std::string> known_values(metrics::counter which) {
  using c = metrics::counter;
  auto in_channel = [](unsigned n, const error_row&) { return n >= 100 && n < 200; };
  auto at_http = [](unsigned n, const error_row& e) {
    return (n >= 300 && n < 400) || e.code == errc::draining || e.code == errc::internal;
  };
  auto unreadable = [](unsigned n, const error_row&) {
    return (n >= 107 && n < 110) || (n >= 200 && n < 204);
  };
  switch (which) {
    case c::connections_closed:
      return close_codes();
    case c::handshakes_refused:
      return error_names(at_http);
    case c::malformed:
      return error_names(unreadable);
    case c::joins:
      return {"ok", "error"};
    case c::resumes:
      return {"recovered", "not_recovered"};
    case c::pushes_refused:
      return error_names(in_channel);
    case c::http_requests:
      return {"2xx", "3xx", "4xx", "5xx"};
    default:
      return {};
  }
}

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_fds() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder) return 0;
  int entries = 0;
  while (::readdir(folder)) ++entries;
  ::closedir(folder);
  return entries - 3;  // ".", ".." and the folder itself
}

}  // namespace

/// Series are made once, so that counting is a look-up in a few entries and one atomic addition.
struct metrics::state {
  using series = std::pair<std::string, prometheus::Counter*>;

  prometheus::Registry registry;
  std::array<std::vector<series>, counter_total> counters;  ///< sorted by label; "" without one
  std::array<prometheus::Gauge*, gauge_total + 2> gauges{};

  state() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i < counter_total) {
        add_counter(i);
      } else {
        auto& family = prometheus::BuildGauge()
                           .Name(std::string{rows[i].name})
                           .Help(std::string{rows[i].help})
                           .Register(registry);
        gauges[i - counter_total] = &family.Add({});
      }
    }
  }

  void add_counter(std::size_t i) {
    auto& family = prometheus::BuildCounter()
                       .Name(std::string{rows[i].name})
                       .Help(std::string{rows[i].help})
                       .Register(registry);
    auto& list = counters[i];
    if (rows[i].label.empty()) {
      list.emplace_back("", &family.Add({}));
      return;
    }
    auto values = known_values(static_cast<counter>(i));
    values.emplace_back(other);
    std::ranges::sort(values);
    for (const auto& v : values) {
      list.emplace_back(v, &family.Add({{std::string{rows[i].label}, v}}));
    }
  }

  prometheus::Counter& find(counter which, std::string_view label) {
    auto& list = counters[static_cast<std::size_t>(which)];
    if (list.size() == 1) return *list.front().second;
    auto at = [&](std::string_view l) {
      return std::ranges::lower_bound(list, l, {}, &series::first);
    };
    auto found = at(label);
    if (found == list.end() || found->first != label) found = at(other);
    return *found->second;
  }
};

metrics::metrics() : state_(std::make_unique<state>()) {}
metrics::~metrics() = default;

void metrics::add(counter which, double n) { add(which, {}, n); }
void metrics::add(counter which, std::string_view label_value, double n) {
  state_->find(which, label_value).Increment(n);
}
void metrics::add(gauge which, double n) {
  state_->gauges[static_cast<std::size_t>(which)]->Increment(n);
}
void metrics::set(gauge which, double value) {
  state_->gauges[static_cast<std::size_t>(which)]->Set(value);
}

double metrics::value(counter which) const {
  double sum = 0;
  for (const auto& [label, one] : state_->counters[static_cast<std::size_t>(which)]) {
    sum += one->Value();
  }
  return sum;
}
double metrics::value(gauge which) const {
  return state_->gauges[static_cast<std::size_t>(which)]->Value();
}

std::string metrics::text() const {
  state_->gauges[gauge_total]->Set(resident_bytes());
  state_->gauges[gauge_total + 1]->Set(open_fds());
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, state_->registry.Collect());
  return out.str();
}

std::string metrics::json() const {
  state_->gauges[gauge_total]->Set(resident_bytes());
  state_->gauges[gauge_total + 1]->Set(open_fds());
  nlohmann::ordered_json out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& here = out[std::string{rows[i].name}];
    if (i >= counter_total) {
      here = state_->gauges[i - counter_total]->Value();
    } else if (rows[i].label.empty()) {
      here = state_->counters[i].front().second->Value();
    } else {
      for (const auto& [label, one] : state_->counters[i]) here[label] = one->Value();
    }
  }
  return out.dump();
}

std::span<const metrics::row> metrics::catalogue() { return rows; }

std::vector<std::string> metrics::label_values(std::string_view name) {
  auto found = std::ranges::find(rows, name, &row::name);
  if (found == rows.end() || found->label.empty()) return {};
  auto values = known_values(static_cast<counter>(found - rows.begin()));
  values.emplace_back(other);
  return values;
}

}  // namespace roost
