// Who comes, and whether it may: proxies, and the rate of connects of an address.
#pragma once

#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <string>

#include "config/base/clock.hpp"
#include "config/cidr.hpp"
#include "net/http/answer.hpp"

namespace roost::net::http {

struct site;
enum class port_role : std::uint8_t;

/// Owns: the client's address, as far as it is known. Runs on: its session's loop. Ends: with it.
///
/// A connect is counted at once where nobody stands between, after the PROXY header where there is
/// one, and behind a trusted proxy, whose connections are many clients', at each upgrade.
/// The admin port counts nothing.
class arrival {
 public:
  enum class verdict : std::uint8_t {
    go_on,
    need_more,       ///< bytes of the PROXY header
    too_many,        ///< rates.address.connects
    header_refused,  ///< no PROXY header, a bad one, or one of a stranger
  };
  arrival(const site& shared, port_role role, const address_bytes& peer);

  /// Before anything is read.
  verdict begin(time_point now);
  bool awaits_header() const { return awaits_header_; }
  /// Takes the PROXY header from the front of what was read.
  verdict read_header(std::string& input, time_point now);
  /// A request that is to become a WebSocket; looks at its X-Forwarded-For.
  verdict upgrade(const boost::beast::http::request_header<>& request, time_point now);
  /// The answer to a verdict that ends the connection; counts it.
  answer refusal(verdict why) const;
  const address_bytes& client() const { return client_; }

 private:
  verdict met(time_point now);
  verdict connect(time_point now);

  const site& shared_;
  address_bytes peer_;    ///< of the socket, or as its PROXY header says
  address_bytes client_;  ///< the same, or as the last X-Forwarded-For says
  std::uint32_t retry_s_ = 1;
  bool awaits_header_;
  bool counts_;
  bool is_trusted_ = false;
};

}  // namespace roost::net::http
