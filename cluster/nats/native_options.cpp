// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/native_options.hpp"

#include <string>
#include <vector>

#include "config/telemetry/log.hpp"

namespace roost::cluster {
namespace {

constexpr int buffer_bytes = 64 * 1024;

/// On a thread of nats.c.
void log_problem(natsConnection*, natsSubscription*, natsStatus status, void*) {
  const char* detail = nats_GetLastError(nullptr);
  log::warning("nats_problem",
               {{"reason", natsStatus_GetText(status)}, {"detail", detail ? detail : ""}});
}

/// Calls `set` with the options while all is well.
class option_setter {
 public:
  explicit option_setter(natsOptions* options) : options_(options) {}
  template <class Set, class... Values>
  void operator()(Set set, Values... values) {
    if (status_ == NATS_OK) status_ = set(options_, values...);
  }
  natsStatus status() const { return status_; }

 private:
  natsOptions* options_;
  natsStatus status_ = NATS_OK;
};

void set_servers(option_setter& set, const nats_options& from) {
  std::vector<const char*> servers;
  for (const auto& each : from.servers) servers.push_back(each.c_str());
  set(natsOptions_SetServers, servers.data(), static_cast<int>(servers.size()));
  set(natsOptions_SetName, from.name.c_str());
  set(natsOptions_SetTimeout, std::int64_t{from.connect_timeout.count()});
  set(natsOptions_SetMaxReconnect, -1);
  set(natsOptions_SetReconnectWait, std::int64_t{from.reconnect_delay.count()});
  set(natsOptions_SetReconnectJitter, std::int64_t{from.reconnect_delay.count()},
      std::int64_t{from.reconnect_delay.count()});
  set(natsOptions_SetPingInterval, std::int64_t{from.ping_interval.count()});
  set(natsOptions_SetMaxPingsOut, 2);
}

/// A message that is sent while nats.c reconnects would arrive late. 0 would mean its default of 8
/// MB.
void set_buffers(option_setter& set) {
  set(natsOptions_SetReconnectBufSize, 1);
  set(natsOptions_SetIOBufSize, buffer_bytes);
  set(natsOptions_SetSendAsap, true);
  set(natsOptions_SetErrorHandler, log_problem, nullptr);
}

void set_user(option_setter& set, const nats_options& from) {
  if (!from.user.empty()) {
    set(natsOptions_SetUserInfo, from.user.c_str(), from.password.c_str());
  }
  if (!from.nkey.empty()) {
    set(natsOptions_SetNKeyFromSeed, from.nkey.c_str(), from.nkey_seed_file.c_str());
  }
  if (!from.credentials_file.empty()) {
    set(natsOptions_SetUserCredentialsFromFiles, from.credentials_file.c_str(), nullptr);
  }
}

void set_tls(option_setter& set, const nats_options& from) {
  if (from.uses_tls) set(natsOptions_SetSecure, true);
  if (!from.ca_file.empty()) set(natsOptions_LoadCATrustedCertificates, from.ca_file.c_str());
  if (!from.certificate_file.empty()) {
    set(natsOptions_LoadCertificatesChain, from.certificate_file.c_str(), from.key_file.c_str());
  }
}

}  // namespace

natsStatus make_native_options(const nats_options& options, natsOptions** out) {
  if (options.servers.empty()) return NATS_INVALID_ARG;  // nats.c would take a server of this host
  const auto created = natsOptions_Create(out);
  if (created != NATS_OK) return created;
  option_setter set(*out);
  set_servers(set, options);
  set_buffers(set);
  set_user(set, options);
  set_tls(set, options);
  return set.status();
}

}  // namespace roost::cluster
