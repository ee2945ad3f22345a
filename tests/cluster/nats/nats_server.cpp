// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/nats/nats_server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/fixtures/temporary_path.hpp"

namespace roost::tests {
namespace {

std::string program() {
  const char* other = std::getenv("ROOST_NATS_SERVER");
  const std::string out = other ? other : ROOST_NATS_SERVER;
  if (std::filesystem::exists(out)) return out;
  throw std::runtime_error(out + " is missing. Install it: deploy/fetch-nats-server build/nats");
}

/// The first number after `before` in a file; 0: none.
int port_in(const std::filesystem::path& file, const std::string& before) {
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const auto at = text.find(before);
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + before.size());
}

}  // namespace

nats_server::nats_server(const std::string& settings, const std::string& jetstream) {
  static int count = 0;
  folder_ = testing::temporary_path("nats_" + std::to_string(++count));
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  std::ofstream file(folder_ + "/settings.conf");
  file << "host: 127.0.0.1\nports_file_dir: " << folder_ << '\n' << settings;
  if (!jetstream.empty()) {
    file << "\njetstream { store_dir: " << folder_ << "/store, " << jetstream << " }\n";
  }
  file.close();
  start();
}

nats_server::~nats_server() {
  kill();
  std::filesystem::remove_all(folder_);
}

void nats_server::start() {
  const auto path = program();
  const auto settings = folder_ + "/settings.conf";
  const auto output = folder_ + "/log";
  const auto port = port_ > 0 ? std::to_string(port_) : "-1";
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execl(path.c_str(), path.c_str(), "-c", settings.c_str(), "-p", port.c_str(), nullptr);
    ::_exit(127);
  }
  // It writes this file when it listens, and removes it only in an orderly end.
  const auto ports = folder_ + "/nats-server_" + std::to_string(process_) + ".ports";
  for (int times = 0; times < 3'000; ++times) {
    if (const int listens_on = port_in(ports, "nats://127.0.0.1:"); listens_on > 0) {
      port_ = listens_on;
      http_port_ = port_in(ports, "http://127.0.0.1:");
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("nats-server did not start; see " + output);
}

std::string nats_server::varz() const {
  boost::asio::ip::tcp::iostream stream("127.0.0.1", std::to_string(http_port_));
  stream << "GET /varz HTTP/1.0\r\n\r\n" << std::flush;
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  const std::string end_of_headers = "\r\n\r\n";
  const auto at = text.find(end_of_headers);
  if (at == std::string::npos) throw std::runtime_error("nats-server does not answer /varz");
  return text.substr(at + end_of_headers.size());
}

void nats_server::kill() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void nats_server::pause() {
  ::kill(process_, SIGSTOP);
  ::waitpid(process_, nullptr, WUNTRACED);  // until all its threads stand still
}

void nats_server::proceed() { ::kill(process_, SIGCONT); }

}  // namespace roost::tests
