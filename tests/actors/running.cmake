# Actors at work on real loops, with clients that have no socket.
roost_test(actors_running LIBRARIES roost_actors SOURCES
  bus_inlet_test.cpp fairness_test.cpp fakes.cpp loop_scheduler_test.cpp node_test.cpp
  pinned_test.cpp connection/connection_test.cpp connection/gateway_test.cpp
  room/edge_directory_test.cpp room/fan_out_test.cpp room/room_actor_test.cpp
  room/room_edge_actor_test.cpp room/room_table_test.cpp)
target_precompile_headers(test_actors_running PRIVATE
  <caf/all.hpp> ${CMAKE_SOURCE_DIR}/actors/node.hpp ${CMAKE_SOURCE_DIR}/tests/support/catch.hpp)
