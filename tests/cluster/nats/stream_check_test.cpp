// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_check.hpp"

#include "cluster/nats/json_document.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::cluster;
using texts = std::vector<std::string>;

const version_need any_server;

stream_choices choices_with(std::uint32_t snapshots_kept) {
  stream_choices out;
  out.log_bytes_max = 1'000;
  out.snapshots_kept = snapshots_kept;
  return out;
}

stream_config log_stream() {
  return log_stream_config(*subjects::of("c"), shard_id{0}, choices_with(2));
}
stream_config snapshot_stream(std::uint32_t kept) {
  return snapshot_stream_config(*subjects::of("c"), choices_with(kept));
}

/// The answer to STREAM.INFO of a stream that was created with `config`, after `from` in it was
/// replaced by `to`.
std::string info_of(const stream_config& config, const std::string& from = {},
                    const std::string& to = {}) {
  auto text = config.json;
  if (!from.empty()) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return R"({"config":)" + text + R"(,"state":{"last_seq":0}})";
}

/// The finding for a log whose configuration has `to` in place of `from`.
stream_finding found_in_log(const std::string& from, const std::string& to) {
  return check_stream(log_stream(), info_of(log_stream(), from, to), any_server);
}

}  // namespace

TEST_CASE("a stream with the configuration that it was created with is in order") {
  for (const auto& stream : {log_stream(), snapshot_stream(1), snapshot_stream(2)}) {
    const auto found = check_stream(stream, info_of(stream), any_server);
    CHECK(found.refusals.empty());
    CHECK(found.update.empty());
    CHECK_FALSE(found.has_messages);
  }
}

TEST_CASE("a field that an operator may choose does not matter") {
  for (const auto* more : {R"("compression":"s2","max_age")", R"("description":"ours","max_age")",
                           R"("placement":{"cluster":"x"},"max_age")",
                           R"("duplicate_window":7,"deny_delete":true,"max_age")"}) {
    const auto found = found_in_log(R"("max_age")", more);
    CHECK(found.refusals.empty());
    CHECK(found.update.empty());
  }
}

TEST_CASE("each difference that may lose or hide messages is refused with both values") {
  struct difference_case {
    const char* from;
    const char* to;
    const char* text;
  };
  const difference_case cases[] = {
      {R"("max_age":0)", R"("max_age":3600000000000)", "max_age is 3600000000000, but must be 0"},
      {R"("storage":"file")", R"("storage":"memory")",
       R"(storage is "memory", but must be "file")"},
      {R"("retention":"limits")", R"("retention":"workqueue")",
       R"(retention is "workqueue", but must be "limits")"},
      {R"("discard":"new")", R"("discard":"old")", R"(discard is "old", but must be "new")"},
      {R"("subjects":["c.ev.0"])", R"("subjects":["c.ev.0","x"])",
       R"(subjects is ["c.ev.0","x"], but must be ["c.ev.0"])"},
      {R"("max_msgs":-1)", R"("max_msgs":100)", "max_msgs is 100, but must be -1"},
      {R"("max_msg_size":-1)", R"("max_msg_size":100)", "max_msg_size is 100, but must be -1"},
      {R"("max_msgs_per_subject":-1)", R"("max_msgs_per_subject":1)",
       "max_msgs_per_subject is 1, but must be -1"},
      {R"("num_replicas":1)", R"("num_replicas":3)",
       "num_replicas is 3, but must be 1 (cluster.replicas); to change the stream: nats stream "
       "edit c_EV_0 --replicas=1"},
      {R"("max_age":0)", R"("max_age":0,"persist_mode":"async")",
       R"(persist_mode is "async", but must be "default")"},
      {R"("max_age":0)", R"("max_age":0,"sealed":true)", "sealed is true, but must be false"},
      {R"("max_age":0)", R"("max_age":0,"deny_purge":true)",
       "deny_purge is true, but must be false"},
      {R"("max_age":0)", R"("max_age":0,"no_ack":true)", "no_ack is true, but must be false"},
      {R"("max_age":0)", R"("max_age":0,"discard_new_per_subject":true)",
       "discard_new_per_subject is true, but must be false"},
      {R"("max_age":0)", R"("max_age":0,"allow_msg_counter":true)",
       "allow_msg_counter is true, but must be false"},
      {R"("max_age":0)", R"("max_age":0,"mirror":{"name":"m"})",
       R"(mirror is {"name":"m"}, but must be null)"},
      {R"("max_age":0)", R"("max_age":0,"sources":[{"name":"m"}])",
       R"(sources is [{"name":"m"}], but must be null)"},
      {R"("max_age":0)", R"("max_age":0,"subject_transform":{"src":"a","dest":"b"})",
       R"(subject_transform is {"src":"a","dest":"b"}, but must be null)"},
      {R"("max_age":0)", R"("max_age":0,"republish":{"src":"a","dest":"b"})",
       R"(republish is {"src":"a","dest":"b"}, but must be null)"},
  };
  for (const auto& each : cases) {
    const auto found = found_in_log(each.from, each.to);
    CHECK(found.refusals == texts{"stream c_EV_0: " + std::string(each.text)});
    CHECK(found.update.empty());
  }
}

TEST_CASE("all differences of a stream are named, and nothing is changed then") {
  const auto found = found_in_log(R"("max_age":0,"max_msg_size":-1,"max_bytes":1000)",
                                  R"("max_age":5,"max_msg_size":9,"max_bytes":1)");
  CHECK(found.refusals.size() == 2);
  CHECK(found.update.empty());
}

TEST_CASE("another bound of bytes and direct gets are changed, and everything else stays") {
  const auto found =
      found_in_log(R"("max_bytes":1000,)",
                   R"("max_bytes":500,"description":"ours","placement":{"tags":["x"]},)");
  CHECK(found.refusals.empty());
  const json_document update(found.update);
  CHECK(update.raw("/max_bytes") == "1000");
  CHECK(update.raw("/description") == R"("ours")");
  CHECK(update.raw("/placement") == R"({"tags":["x"]})");
  CHECK(update.text("/name") == "c_EV_0");
  CHECK(update.keys("").size() == json_document(log_stream().json).keys("").size() + 2);
  for (const auto* other : {R"("allow_direct":false)", R"("mirror_direct":false)"}) {
    const auto direct = found_in_log(R"("allow_direct":true)", other);
    CHECK(json_document(direct.update).flag("/allow_direct"));
  }
}

TEST_CASE("the number of kept snapshots is changed between one and two only") {
  for (const std::uint32_t kept : {1U, 2U}) {
    const auto found = check_stream(snapshot_stream(kept), info_of(snapshot_stream(3 - kept)), {});
    CHECK(found.refusals.empty());
    CHECK(json_document(found.update).number("/max_msgs_per_subject") == kept);
  }
  const auto more = check_stream(snapshot_stream(2), info_of(snapshot_stream(3)), any_server);
  CHECK(more.refusals == texts{"stream c_SN: max_msgs_per_subject is 3, but must be 2"});
}

TEST_CASE("a field that the server has left out has its default") {
  CHECK(found_in_log(R"("max_age":0,)", "").refusals.empty());
  CHECK(found_in_log(R"("storage":"file",)", "").refusals ==
        texts{R"(stream c_EV_0: storage is missing, but must be "file")"});
}

TEST_CASE("a stream says whether it has, or had, messages") {
  const auto used = check_stream(
      log_stream(),
      R"({"config":)" + log_stream().json + R"(,"state":{"messages":0,"last_seq":9}})", any_server);
  CHECK(used.has_messages);
}

TEST_CASE("a leader that is too old is refused, if it must be one that says its version") {
  const auto led_by = [](const std::string& version) {
    return R"({"cluster":{"leader":"n2"},"config":)" +
           info_of(log_stream(), R"("max_age":0)",
                   R"("max_age":0,"metadata":{"_nats.ver":")" + version + "\"}")
               .substr(std::string(R"({"config":)").size());
  };
  const auto refusals = [](const std::string& info, const version_need& need) {
    return check_stream(log_stream(), info, need).refusals;
  };
  CHECK(refusals(led_by("2.14.3"), oldest_server_for(3, false)).empty());
  CHECK(refusals(led_by("2.12.0"), oldest_server_for(3, false)) ==
        texts{"stream c_EV_0: its leader, the NATS server n2 has version 2.12.0, but "
              "cluster.replicas 3 needs 2.14.3 or newer"});
  CHECK(refusals(led_by("2.12.0"), oldest_server_for(1, false)).empty());
  // One that does not say its version is older than 2.11, which may do for one replica.
  CHECK(refusals(info_of(log_stream()), oldest_server_for(1, false)).empty());
  CHECK(refusals(info_of(log_stream()), oldest_server_for(3, false)) ==
        texts{"stream c_EV_0: its leader, the NATS server has version older than 2.11.0, but "
              "cluster.replicas 3 needs 2.14.3 or newer"});
}
