// SPDX-License-Identifier: Apache-2.0
#include "tests/net/http/client/web_server.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace roost::net::http {

namespace {

using file_ptr = std::unique_ptr<FILE, int (*)(FILE*)>;

void name_it(X509* certificate, const char* host) {
  auto* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const auto alternatives = std::string{"DNS:"} + host;
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternatives.c_str()),
      X509_EXTENSION_free};
  X509_add_ext(certificate, extension.get(), -1);
}

// Writes a new key and a self-signed certificate for it.
void write_certificate(const std::string& certificate_path, const std::string& key_path) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600);
  name_it(certificate.get(), "localhost");
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const file_ptr certificate_file{std::fopen(certificate_path.c_str(), "w"), std::fclose};
  PEM_write_X509(certificate_file.get(), certificate.get());
  const file_ptr key_file{std::fopen(key_path.c_str(), "w"), std::fclose};
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

std::string read_line(int from) {
  std::string out;
  for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) out.push_back(c);
  return out;
}

}  // namespace

scratch_folder::scratch_folder()
    : path_((std::filesystem::temp_directory_path() / "roost-web-XXXXXX").string()) {
  if (!::mkdtemp(path_.data())) throw std::runtime_error{"no folder could be made"};
}

scratch_folder::~scratch_folder() { std::filesystem::remove_all(path_); }

web_server::web_server(scheme how, const std::string& keys) : how_(how) {
  std::ofstream{files_.path("keys")} << keys;
  std::vector<std::string> words{ROOST_PYTHON, "-B", ROOST_WEB_SERVER, files_.path("keys")};
  if (how == scheme::https) {
    write_certificate(ca_file(), files_.path("key.pem"));
    words.insert(words.end(), {ca_file(), files_.path("key.pem")});
  }
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int to[2];
  int from[2];
  // Close on exec, so that no other child process keeps the pipes open.
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) {
    throw std::runtime_error{"no pipe could be made"};
  }
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(to[0], 0);
    ::dup2(from[1], 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(to[0]);
  ::close(from[1]);
  input_ = to[1];
  port_ = read_line(from[0]);
  ::close(from[0]);
  if (port_.empty()) throw std::runtime_error{"the server did not start"};
}

web_server::~web_server() { stop(); }

std::string web_server::address(const std::string& path, const std::string& host) const {
  return (how_ == scheme::https ? "https://" : "http://") + host + ":" + port_ + path;
}

std::string web_server::ca_hash() const {
  const file_ptr file{std::fopen(ca_file().c_str(), "r"), std::fclose};
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free};
  std::array<char, 9> out{};
  std::snprintf(out.data(), out.size(), "%08lx", X509_subject_name_hash(certificate.get()));
  return out.data();
}

void web_server::stop() {
  if (process_ < 0) return;
  ::close(input_);
  ::waitpid(std::exchange(process_, -1), nullptr, 0);
}

}  // namespace roost::net::http
