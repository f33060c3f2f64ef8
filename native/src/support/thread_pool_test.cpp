#include "support/thread_pool.h"

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.h"

using roost::support::ThreadPool;

TEST("thread pool: every index is visited exactly once, for all sizes, grains and thread counts") {
  for (const int threads : {1, 2, 3, 5}) {
    ThreadPool pool(threads);
    CHECK_EQUAL(pool.threads(), threads);
    std::atomic<int> wrong{0};
    for (const std::size_t count : {0u, 1u, 2u, 7u, 8u, 9u, 64u, 1000u}) {
      for (const std::size_t grain : {0u, 1u, 3u, 16u, 2000u}) {
        std::vector<std::atomic<int>> visits(count);
        std::vector<std::atomic<int>> parts(static_cast<std::size_t>(threads));
        const bool good =
            pool.parallel_for(count, grain, [&](std::size_t begin, std::size_t end, int worker) {
              parts[static_cast<std::size_t>(worker)]++;
              wrong += grain > 1 && begin % grain != 0;
              for (std::size_t i = begin; i < end; ++i) visits[i]++;
            });
        wrong += !good;
        for (const auto& visit : visits) wrong += visit != 1;
        for (const auto& part : parts) wrong += part > 1;
      }
    }
    CHECK_EQUAL(wrong.load(), 0);
  }
}

TEST("thread pool: results of a loop are visible after it, over many short loops") {
  ThreadPool pool(3);
  std::vector<std::uint64_t> sums(3);
  std::uint64_t total = 0, expected = 0;
  for (std::uint64_t loop = 0; loop < 20000; ++loop) {
    pool.parallel_for(3, 1, [&](std::size_t begin, std::size_t end, int) {
      for (std::size_t i = begin; i < end; ++i) sums[i] = loop + i;
    });
    total += std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
    expected += 3 * loop + 3;
  }
  CHECK_EQUAL(total, expected);
}

TEST("thread pool: workers that fell asleep wake up again") {
  ThreadPool pool(2);
  std::atomic<int> visits{0};
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    pool.run_on_all([&](int) { visits++; });
  }
  CHECK_EQUAL(visits.load(), 10);
}

TEST("thread pool: the caller sleeps through a long part and is woken") {
  ThreadPool pool(2);
  std::atomic<int> visits{0};
  pool.run_on_all([&](int worker) {
    if (worker == 1) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    visits++;
  });
  CHECK_EQUAL(visits.load(), 2);
}

TEST("thread pool: a body that throws fails its own loop and nothing else") {
  ThreadPool pool(2);
  std::atomic<int> visits{0};
  for (const int thrower : {0, 1}) {
    visits = 0;
    const bool good = pool.run_on_all([&](int worker) {
      visits++;
      if (worker == thrower) throw std::runtime_error("planted");
    });
    CHECK(!good);
    CHECK_EQUAL(visits.load(), 2);
  }
  CHECK(pool.run_on_all([&](int) { visits++; }));
  CHECK_EQUAL(visits.load(), 4);
}

TEST("thread pool: a loop within a loop runs instead of waiting for itself") {
  ThreadPool pool(2);
  std::atomic<int> visits{0};
  const bool good = pool.parallel_for(8, 1, [&](std::size_t begin, std::size_t end, int worker) {
    for (std::size_t i = begin; i < end; ++i) {
      pool.parallel_for(10, 1, [&](std::size_t inner_begin, std::size_t inner_end, int inner_worker) {
        visits += inner_worker == worker ? static_cast<int>(inner_end - inner_begin) : 1000;
      });
    }
  });
  CHECK(good);
  CHECK_EQUAL(visits.load(), 80);
}

TEST("thread pool: loops from several threads take turns") {
  ThreadPool pool(2);
  std::atomic<int> inside{0}, overlaps{0}, visits{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        pool.parallel_for(2, 1, [&](std::size_t, std::size_t, int) {
          if (inside.fetch_add(1) >= 2) overlaps++;
          visits++;
          inside--;
        });
      }
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK_EQUAL(visits.load(), 1600);
  CHECK_EQUAL(overlaps.load(), 0);
}

TEST("thread pool: pools come and go without a loop, and physical_cores() is sane") {
  for (int i = 0; i < 50; ++i) ThreadPool pool(3);
  CHECK(roost::support::physical_cores() >= 1 && roost::support::physical_cores() < 4096);
}

TEST_MAIN()
