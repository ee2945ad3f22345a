// SPDX-License-Identifier: Apache-2.0
#include "config/cli/reference_pages.hpp"

#include <initializer_list>

#include "config/base/error.hpp"
#include "config/cli/bound_rows.hpp"
#include "config/load/secret_files.hpp"
#include "config/schema/schema.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::reference_pages {
namespace {

std::string row(std::initializer_list<std::string> cells) {
  std::string out = "|";
  for (auto cell : cells) {
    for (auto at = cell.find('|'); at != std::string_view::npos; at = cell.find('|', at + 2)) {
      cell.insert(at, 1, '\\');
    }
    out += " " + cell + " |";
  }
  return out + "\n";
}

std::string head(std::initializer_list<std::string> cells) {
  auto out = row(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) out += "---|";
  return out + "\n";
}

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string{text} + "`";
}
std::string yes_or_no(bool fact) { return fact ? "yes" : "no"; }
std::string number(unsigned n) { return n == 0 ? "" : std::to_string(n); }

std::string secret_text_of(const setting_declaration& d) {
  return d.is_secret ? "yes; or " + code(file_key(d.key)) : "no";
}

std::string_view type_of(metric_rows::kind kind) {
  switch (kind) {
    case metric_rows::kind::counter:
      return "counter";
    case metric_rows::kind::gauge:
      return "gauge";
    case metric_rows::kind::histogram:
      return "histogram";
  }
  return {};
}

bool is_of_element(const setting_declaration& d) {
  return d.key.find("[]") != std::string_view::npos;
}

/// The settings, then the note.
std::string bound_text(const bound_row& one) {
  std::string out;
  for (const auto& key : one.settings) out += (out.empty() ? "" : ", ") + code(key);
  if (!out.empty() && !one.note.empty()) out += "; ";
  return out.append(one.note);
}

std::string default_text(const listed_setting& one) {
  if (!one.declaration.special_default.empty()) return one.declaration.special_default;
  return one.declaration.is_secret ? "" : code(one.default_value.dump());
}

}  // namespace

std::string settings_markdown() {
  std::string out =
      "# Settings\n"
      "\n"
      "Every setting of Roost, with its unit, default and bounds. `roost settings` prints this "
      "page.\n"
      "\n"
      "```\n"
      "roost serve --set listen.port=4100 --set log.level=debug\n"
      "ROOST_LISTEN__PORT=4100 roost serve        # the same port from the environment\n"
      "roost settings --format json               # this page for programs\n"
      "```\n"
      "\n"
      "**Sources.** Later sources override earlier ones: defaults, the configuration file (JSON "
      "with comments), environment\n"
      "variables, `--set key=value`. The environment variable of a setting is `ROOST_` and the key "
      "in upper case, with `__` for\n"
      "each dot: `ROOST_LISTEN__PORT=4100`. A list is given as a whole, in JSON: "
      "`ROOST_ROOMS='[{\"match\": \"room:*\"}]'`.\n"
      "\n"
      "**Unknown names** are errors that suggest the most similar setting. This includes "
      "environment variables that resemble a\n"
      "setting: `ROOST_AUTH_HS256_SECRET`, `ROOST_API_KEY`, `ROOST_PORT=4100`. Variables that "
      "Kubernetes sets for a service\n"
      "called roost, such as `ROOST_PORT=tcp://10.0.0.1:4000`, are ignored. `roost check --config "
      "FILE` lists every problem.\n"
      "\n"
      "**Secrets** can be read from a file: append `_file` to the key. A byte order mark and the "
      "end of the last line are\n"
      "ignored. Paths are relative to the configuration file. Secrets are never printed or "
      "logged.\n"
      "\n"
      "**Reload.** On SIGHUP the node reads all sources again and applies every reloadable "
      "setting, or none if there is a\n"
      "problem. Other settings keep their values until the next start, and the log says so.\n\n";
  out += head({"key", "meaning", "unit", "default", "bounds", "reloadable", "secret"});
  for (const auto& one : listed_settings()) {
    out += row({code(one.declaration.key), one.declaration.text, one.declaration.unit,
                default_text(one), bounds_text(one.declaration),
                yes_or_no(one.declaration.is_reloadable), secret_text_of(one.declaration)});
  }
  return out;
}

std::string settings_json() {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& one : listed_settings()) {
    const auto& d = one.declaration;
    nlohmann::ordered_json object{{"key", d.key}, {"meaning", d.text}, {"unit", d.unit}};
    object["default"] = one.default_value;
    if (!d.special_default.empty()) object["default_note"] = d.special_default;
    object["bounds"] = bounds_text(d);
    object["reloadable"] = d.is_reloadable;
    object["secret"] = d.is_secret;
    if (d.is_secret) object["file_key"] = file_key(d.key);
    if (!is_of_element(d)) object["variable"] = variable_name(d.key);
    out.push_back(std::move(object));
  }
  return out.dump(2) + "\n";
}

std::string errors_markdown() {
  std::string out =
      "# Errors and close codes\n"
      "\n"
      "The errors and close codes that clients can receive. Numbers and reasons never change. "
      "`roost docs errors` prints this\n"
      "page.\n"
      "\n"
      "An error reply in a channel carries `{\"reason\", \"code\"}`. Codes 1xx answer a message in "
      "a channel, 2xx close a connection,\n"
      "3xx refuse an HTTP request, 4xx are reported at start. An empty `HTTP` or `close` column "
      "means that the error never ends a\n"
      "request or a connection. \"reconnect\" says whether a client should reconnect by itself.\n"
      "\n"
      "A push to a topic that was not joined, and its answer:\n"
      "\n"
      "```\n"
      "> [null,\"1\",\"room:42\",\"msg\",{}]\n"
      "< "
      "[null,\"1\",\"room:42\",\"phx_reply\",{\"status\":\"error\",\"response\":{\"reason\":"
      "\"unmatched topic\",\"code\":100}}]\n"
      "```\n\n";
  out += head({"code", "name", "reason", "HTTP", "close", "reconnect", "meaning"});
  for (const auto& one : error_catalogue()) {
    if (one.code == errc::none) continue;
    out += row({std::to_string(static_cast<unsigned>(one.code)), code(one.name), one.reason.data(),
                number(one.http_status), number(one.close_code), yes_or_no(one.should_reconnect),
                one.meaning.data()});
  }
  return out;
}

std::string metrics_markdown() {
  std::string out =
      "# Metrics\n"
      "\n"
      "Every metric of a node. `GET /metrics` on the admin port serves them in the Prometheus text "
      "format, `GET /stats` as JSON.\n"
      "`roost docs metrics` prints this page.\n"
      "\n"
      "```\n"
      "curl -s http://127.0.0.1:4001/metrics | grep -E '^roost_(connections|messages_in_total)'\n"
      "```\n"
      "\n"
      "The values of a label are a fixed list; any other value counts as `other`. Two labels are "
      "written `a,b`, and so are their\n"
      "values.\n\n";
  out += head({"name", "type", "meaning", "label", "values"});
  for (const auto& one : metric_rows::catalogue()) {
    std::string values;
    for (const auto& v : metric_rows::label_values(one.name)) {
      values += (values.empty() ? "" : ", ") + v;
    }
    out += row(
        {code(one.name), std::string{type_of(one.type)}, one.help.data(), code(one.label), values});
  }
  return out;
}

std::string bounds_markdown() {
  std::string out =
      "# Bounds\n\n"
      "Everything that a client or another node can fill has a bound and one rule for what happens "
      "over it.\n`roost docs bounds` prints this page. Defaults and units of the settings: "
      "[settings.md](settings.md). How bounds\nwork together, and what to set in production: "
      "[limits.md](limits.md).\n";
  for (const auto& group : bound_catalogue()) {
    out.append("\n## ").append(group.title).append("\n\n");
    out += head({"queue or table", "bound", "over the bound"});
    for (const auto& one : group.rows) {
      out += row({std::string{one.subject}, bound_text(one), std::string{one.over}});
    }
  }
  return out;
}

}  // namespace roost::reference_pages
