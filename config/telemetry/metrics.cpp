// SPDX-License-Identifier: Apache-2.0
// The only file that includes prometheus-cpp. The catalogue is in metric_rows.cpp.
#include "config/telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "config/telemetry/duration_histogram.hpp"
#include "config/telemetry/log.hpp"
#include "config/telemetry/metric_rows.hpp"
#include "config/telemetry/open_files.hpp"

namespace roost {
namespace {

constexpr auto counter_total = metric_rows::first_gauge;
constexpr auto gauge_total = metric_rows::gauges + metric_rows::read_gauges;

std::span<const metric_rows::row> rows() { return metric_rows::catalogue(); }

using series = std::pair<std::string, prometheus::Counter*>;

/// The labels of one series: "scope,kind" and "user,messages" become {"scope": "user",
/// "kind": "messages"}.
prometheus::Labels labels_of(std::string_view label, std::string_view value) {
  const auto cut = label.find(',');
  if (cut == std::string_view::npos) return {{std::string{label}, std::string{value}}};
  const auto at = value.find(',');
  return {{std::string{label.substr(0, cut)}, std::string{value.substr(0, at)}},
          {std::string{label.substr(cut + 1)}, std::string{value.substr(at + 1)}}};
}

double seconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1e6; }

prometheus::MetricFamily family_of(const metric_rows::row& row, const duration_histogram& from) {
  const auto read = from.read();
  prometheus::ClientMetric metric;
  metric.histogram.sample_count = read.count;
  metric.histogram.sample_sum = read.sum_s;
  for (std::size_t i = 0; i < read.up_to.size(); ++i) {
    metric.histogram.bucket.push_back({read.up_to[i], seconds(duration_histogram::bounds[i])});
  }
  metric.histogram.bucket.push_back({read.count, std::numeric_limits<double>::infinity()});
  prometheus::MetricFamily out;
  out.name = row.name;
  out.help = row.help;
  out.type = prometheus::MetricType::Histogram;
  out.metric.push_back(std::move(metric));
  return out;
}

nlohmann::ordered_json json_of(const duration_histogram& from) {
  const auto read = from.read();
  nlohmann::ordered_json out{{"count", read.count}, {"sum", read.sum_s}};
  auto& buckets = out["up_to"];
  for (std::size_t i = 0; i < read.up_to.size(); ++i) {
    buckets[nlohmann::json(seconds(duration_histogram::bounds[i])).dump()] = read.up_to[i];
  }
  return out;
}

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

/// All series are created at start, so that add() needs one binary search and one atomic addition.
struct metrics::state {
  std::array<duration_histogram, metric_rows::histograms> histograms;
  metrics& owner;
  std::vector<std::shared_ptr<source>> sources;
  std::mutex read_lock;
  open_files files;  ///< guarded by `read_lock`
  prometheus::Registry registry;
  std::array<prometheus::Gauge*, gauge_total> gauges{};
  std::array<std::vector<series>, counter_total> counters;  ///< sorted by label value

  explicit state(metrics& of) : owner(of) {
    for (std::size_t i = 0; i < counter_total; ++i) add_counter(i);
    for (std::size_t i = 0; i < gauge_total; ++i) {
      const auto& row = rows()[counter_total + i];
      auto& family = prometheus::BuildGauge()
                         .Name(std::string{row.name})
                         .Help(std::string{row.help})
                         .Register(registry);
      gauges[i] = &family.Add({});
    }
  }

  void collect_all() {
    const std::scoped_lock lock(read_lock);
    for (const auto& each : sources) each->collect(owner);
  }

  void read_process() {
    const std::scoped_lock lock(read_lock);
    auto& dropped = *counters[metric_rows::counters].front().second;
    dropped.Increment(static_cast<double>(log::lines_dropped()) - dropped.Value());
    gauges[gauge_total - 2]->Set(resident_bytes());
    gauges[gauge_total - 1]->Set(static_cast<double>(files.read(std::chrono::steady_clock::now())));
  }

  void add_counter(std::size_t i) {
    auto& family = prometheus::BuildCounter()
                       .Name(std::string{rows()[i].name})
                       .Help(std::string{rows()[i].help})
                       .Register(registry);
    auto& list = counters[i];
    if (rows()[i].label.empty()) {
      list.emplace_back("", &family.Add({}));
      return;
    }
    auto values = metric_rows::known_values(static_cast<counter>(i));
    std::ranges::sort(values);
    for (const auto& v : values) list.emplace_back(v, &family.Add(labels_of(rows()[i].label, v)));
  }

  prometheus::Counter& find(counter which, std::string_view label) {
    auto& list = counters[static_cast<std::size_t>(which)];
    if (list.size() == 1) return *list.front().second;
    auto at = [&](std::string_view l) {
      return std::ranges::lower_bound(list, l, {}, &series::first);
    };
    auto found = at(label);
    if (found != list.end() && found->first == label) return *found->second;
    const auto cut = label.find(',');
    if (cut != std::string_view::npos) {
      const auto half_known = std::string{metric_rows::other}.append(label.substr(cut));
      found = at(half_known);
      if (found != list.end() && found->first == half_known) return *found->second;
    }
    const bool is_pair =
        rows()[static_cast<std::size_t>(which)].label.find(',') != std::string_view::npos;
    return *at(is_pair ? metric_rows::other_pair : metric_rows::other)->second;
  }
};

metrics::metrics() : state_(std::make_unique<state>(*this)) {}
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

void metrics::observe(histogram which, loop_id loop, std::chrono::nanoseconds took) {
  state_->histograms[static_cast<std::size_t>(which)].observe(loop, took);
}

void metrics::add_source(std::shared_ptr<source> added) {
  const std::scoped_lock lock(state_->read_lock);
  state_->sources.push_back(std::move(added));
}

double metrics::value(counter which) const {
  state_->collect_all();
  double sum = 0;
  for (const auto& [label, one] : state_->counters[static_cast<std::size_t>(which)]) {
    sum += one->Value();
  }
  return sum;
}
double metrics::value(gauge which) const {
  state_->collect_all();
  return value_without_sources(which);
}

double metrics::value_without_sources(gauge which) const {
  return state_->gauges[static_cast<std::size_t>(which)]->Value();
}

double metrics::value(histogram which) const {
  return static_cast<double>(state_->histograms[static_cast<std::size_t>(which)].read().count);
}

std::string metrics::text() const {
  state_->collect_all();
  state_->read_process();
  std::ostringstream out;
  auto families = state_->registry.Collect();
  for (std::size_t i = 0; i < metric_rows::histograms; ++i) {
    families.push_back(family_of(rows()[metric_rows::first_histogram + i], state_->histograms[i]));
  }
  prometheus::TextSerializer{}.Serialize(out, families);
  return out.str();
}

std::string metrics::json() const {
  state_->collect_all();
  state_->read_process();
  nlohmann::ordered_json out;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    auto& here = out[std::string{rows()[i].name}];
    if (i >= metric_rows::first_histogram) {
      here = json_of(state_->histograms[i - metric_rows::first_histogram]);
    } else if (i >= counter_total) {
      here = state_->gauges[i - counter_total]->Value();
    } else if (rows()[i].label.empty()) {
      here = state_->counters[i].front().second->Value();
    } else {
      for (const auto& [label, one] : state_->counters[i]) here[label] = one->Value();
    }
  }
  return out.dump();
}

}  // namespace roost
