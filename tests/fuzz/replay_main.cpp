// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: the corpus first, then mutations of it for one second from
// a fixed seed. Any compiler can build it, so that `make test` runs every target.
//
//   NAME_fuzz DICTIONARY CORPUS_FOLDER...
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using inputs = std::vector<std::string>;

constexpr std::size_t input_bytes_max = 4096;
constexpr std::chrono::seconds mutation_time{1};
constexpr const char* failing_input = "failing_input";

// The input that is running, for the signal handler.
std::string_view running;

// Only functions that a signal handler may call.
void save_input(int signal) {
  const int file = ::open(failing_input, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (file >= 0) (void)!::write(file, running.data(), running.size());
  constexpr std::string_view told = "the input that fails is in the file failing_input\n";
  (void)!::write(STDERR_FILENO, told.data(), told.size());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& input) {
  running = input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    std::cerr << path << ": cannot be read\n";
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Sorted by name, so that each run has the same order.
inputs read_corpus(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) files.push_back(entry.path());
  std::ranges::sort(files);
  inputs all;
  for (const auto& file : files) all.push_back(read(file).substr(0, input_bytes_max));
  return all;
}

// A word between the quotes of a line `name="word"`, with the escapes of libFuzzer: \\ \" \xAB.
std::string unescape(std::string_view text) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      word += text[i];
    } else if (text[i + 1] == 'x' && i + 3 < text.size()) {
      word += static_cast<char>(std::stoi(std::string{text.substr(i + 2, 2)}, nullptr, 16));
      i += 3;
    } else {
      word += text[++i];
    }
  }
  return word;
}

inputs read_dictionary(const fs::path& path) {
  std::ifstream file{path};
  inputs words;
  for (std::string line; std::getline(file, line);) {
    const auto begin = line.find('"');
    const auto end = line.rfind('"');
    if (line.starts_with('#') || begin >= end) continue;
    words.push_back(unescape(std::string_view{line}.substr(begin + 1, end - begin - 1)));
  }
  return words;
}

/// Changes inputs at random, the same way in each run. Owns: the random numbers.
class mutator {
 public:
  mutator(const inputs& corpus, const inputs& words) : corpus_(corpus), words_(words) {}
  std::string next() {
    auto input = corpus_[below(corpus_.size())];
    for (auto times = 1 + below(4); times > 0; --times) change(input);
    input.resize(std::min(input.size(), input_bytes_max));
    return input;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  void change(std::string& input) {
    const auto at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 2:
        input.erase(at, 1 + below(16));
        break;
      case 3:
        input.insert(at, input.substr(below(input.size() + 1), 1 + below(64)));
        break;
      case 4:
        if (!words_.empty()) input.insert(at, words_[below(words_.size())]);
        break;
      default: {
        const auto& other = corpus_[below(corpus_.size())];
        input = input.substr(0, at) + other.substr(below(other.size() + 1));
      }
    }
  }

  const inputs& corpus_;
  const inputs& words_;
  std::mt19937 random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: NAME_fuzz DICTIONARY CORPUS_FOLDER...\n";
    return 2;
  }
  std::signal(SIGABRT, save_input);
  std::signal(SIGSEGV, save_input);
  const auto words = read_dictionary(argv[1]);
  inputs corpus;
  for (int i = 2; i < argc; ++i) {
    std::ranges::move(read_corpus(argv[i]), std::back_inserter(corpus));
  }
  if (corpus.empty() || words.empty()) {
    std::cerr << "the corpus or the dictionary is empty\n";
    return 2;
  }
  for (const auto& input : corpus) run(input);
  std::size_t mutations = 0;
  mutator mutations_of{corpus, words};
  const auto end = std::chrono::steady_clock::now() + mutation_time;
  for (; std::chrono::steady_clock::now() < end; ++mutations) run(mutations_of.next());
  std::cout << corpus.size() << " inputs of the corpus, " << mutations << " mutations\n";
}
