// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/transfer.hpp"

#include <openssl/ssl.h>

#include <cstdlib>
#include <system_error>
#include <utility>

namespace roost::net::http {

namespace {

constexpr std::size_t header_bytes_max = 16'384;

std::size_t on_body(const char* data, std::size_t, std::size_t size, void* to) {
  auto& into = *static_cast<transfer*>(to);
  into.is_too_long = size > into.request.answer_bytes_max - into.answer.body.size();
  if (into.is_too_long) return 0;
  into.answer.body.append(data, size);
  return size;
}

std::size_t on_header(const char*, std::size_t, std::size_t size, void* to) {
  auto& into = *static_cast<transfer*>(to);
  into.header_bytes += size;
  into.is_too_long = into.header_bytes > header_bytes_max;
  return into.is_too_long ? 0 : size;
}

// libcurl would parse the file of all root certificates, which takes 100 ms. From the folder,
// OpenSSL reads a root only when it needs it.
CURLcode use_default_roots(CURL*, void* context, void*) {
  auto* const tls = static_cast<SSL_CTX*>(context);
  const bool has_file = std::getenv(X509_get_default_cert_file_env()) != nullptr;
  const bool is_done = SSL_CTX_set_default_verify_dir(tls) == 1 &&
                       (!has_file || SSL_CTX_set_default_verify_file(tls) == 1);
  return is_done ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

void set_roots(CURL* easy, const std::string& ca_file) {
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.empty() ? nullptr : ca_file.c_str());
  if (ca_file.empty()) curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, use_default_roots);
}

void set_content(transfer& to) {
  auto* easy = to.easy.get();
  const auto& request = to.request;
  if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  const auto add = [&to](const char* line) {
    auto* const first = curl_slist_append(to.headers.get(), line);
    if (!to.headers) to.headers.reset(first);
  };
  for (const auto& line : request.headers) add(line.c_str());
  add("Expect:");  // do not wait for "100 Continue"
  if (!request.keeps_connection) add("Connection: close");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, to.headers.get());
}

void set_options(transfer& to) {
  auto* easy = to.easy.get();
  const auto& request = to.request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // ignore the proxies of the environment
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "roost");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Without this, the end of a request waits for its name lookup.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, request.keeps_connection ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  set_roots(easy, request.ca_file);
  set_content(to);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &to);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &to);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, to.why.data());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &to);
}

std::string why_failed(const transfer& failed, CURLcode code) {
  if (code == CURLE_OPERATION_TIMEDOUT) return "no answer in time";
  if (failed.is_too_long) return "the answer is too long";
  long system_error = 0;
  curl_easy_getinfo(failed.easy.get(), CURLINFO_OS_ERRNO, &system_error);
  if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
    return std::generic_category().message(static_cast<int>(system_error));
  }
  return failed.why[0] != '\0' ? failed.why.data() : curl_easy_strerror(code);
}

}  // namespace

std::unique_ptr<transfer> make_transfer(http_request request, http_listener on_answer) {
  auto made = std::make_unique<transfer>();
  made->easy.reset(curl_easy_init());
  if (!made->easy) return nullptr;
  made->request = std::move(request);
  made->on_answer = std::move(on_answer);
  set_options(*made);
  return made;
}

result<http_client_response> result_of(transfer& done, CURLcode code) {
  if (code != CURLE_OK) return error{errc::unavailable, why_failed(done, code)};
  auto* easy = done.easy.get();
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  done.answer.status = static_cast<int>(status);
  for (curl_header* each = nullptr; (each = curl_easy_nextheader(easy, CURLH_HEADER, -1, each));) {
    done.answer.headers.emplace_back(each->name, each->value);
  }
  return std::move(done.answer);
}

}  // namespace roost::net::http
