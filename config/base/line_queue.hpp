// Lines on their way to somewhere that may take them slowly, or never.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace roost::log {

/// Writes lines in the order in which they came, in a thread of its own, so that who logs never
/// waits. Owns: the lines that are not written yet, and the thread, which begins with the first
/// of them. Runs on: any thread. Ends: when what is written at that moment is done; the rest is
/// lost, so flush() before.
class line_queue {
 public:
  struct bounds {
    std::size_t lines_max = 8'192;
    std::size_t bytes_max = std::size_t{4} << 20;
  };
  /// The three are called by the thread alone.
  struct duties {
    std::function<bool(std::string_view)> write;         ///< may block; false: it is lost
    std::function<std::string(std::uint64_t)> say_lost;  ///< a line in place of so many
    std::function<void()> chore;                         ///< what remind() asks for
  };

  explicit line_queue(duties what) : line_queue(std::move(what), bounds{}) {}
  line_queue(duties what, bounds most) : what_(std::move(what)), most_(most) {}
  ~line_queue();
  line_queue(const line_queue&) = delete;
  line_queue& operator=(const line_queue&) = delete;

  /// Never waits for a write. Over a bound the line is lost, and so are those after it until half
  /// of the queue is free; in their place stands how many they were.
  void push(std::string line);
  /// Has the chore done once after this time, or when it was asked for before that.
  void remind(std::chrono::milliseconds after);
  /// Waits until all is written; false: that took longer than `most`.
  bool flush(std::chrono::milliseconds most);
  /// Lines that were not written since the beginning.
  std::uint64_t lost() const;

 private:
  struct entry {
    std::string line;
    std::uint64_t lost_before = 0;
  };
  using guard = std::unique_lock<std::mutex>;

  bool has_place(std::size_t bytes);
  bool is_idle() const { return lines_.empty() && lost_now_ == 0 && !is_writing_; }
  void start();
  void run();
  void wait(guard& lock);
  void write_next(guard& lock);
  void do_chore(guard& lock);

  const duties what_;
  const bounds most_;
  mutable std::mutex lock_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<entry> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t lost_now_ = 0;  ///< since the last line that was taken
  std::uint64_t lost_in_all_ = 0;
  std::optional<std::chrono::steady_clock::time_point> chore_due_;
  bool is_full_ = false;
  bool is_writing_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

/// The whole text to this descriptor, however long it takes; false where that cannot be.
bool write_all(int descriptor, std::string_view text);

}  // namespace roost::log
