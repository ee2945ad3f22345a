// SPDX-License-Identifier: Apache-2.0
// The frames that have arrived for the links, with the breaks of their connection between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "config/base/bytes.hpp"

namespace roost::cluster {

/// A frame, or a change of the connection that frames arrive on.
struct arrival {
  enum class kind_of : std::uint8_t { frame, lost, back };
  kind_of kind = kind_of::frame;
  slice frame = {};  ///< only with kind_of::frame

  /// The memory that it takes while it waits.
  std::size_t cost() const { return sizeof(arrival) + sizeof(bytes) + frame.size; }
};

/// A bounded queue. A frame that does not fit is dropped, and so are all others until the queue is
/// empty; in their place stand `lost` and `back`. The links break there, so the frames that are
/// dropped behind that place would not count anyway. Pure. Owns: the frames. Runs on: one thread at
/// a time. Ends: any time.
class frame_queue {
 public:
  explicit frame_queue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False: the frame was dropped.
  bool push(slice frame);
  /// The connection was lost, or is back. Changes without a frame between them do not add up.
  void lost();
  void back();
  /// The next ones: of about so many bytes at most, but at least one.
  std::vector<arrival> take(std::size_t bytes_max);
  /// Frames are dropped until the queue is empty.
  bool is_overrun() const { return is_overrun_; }
  bool empty() const { return waiting_.empty(); }

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  bool is_overrun_ = false;
  std::deque<arrival> waiting_;
};

}  // namespace roost::cluster
