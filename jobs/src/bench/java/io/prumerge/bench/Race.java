package io.prumerge.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Contests on one checkpoint in alternating rounds.
 *
 * @param goals of the first contests, in their order
 */
record Race(List<Contest> contests, List<Goal> goals) {

  Race {
    contests = List.copyOf(contests);
    goals = List.copyOf(goals);
  }

  /** Runs what fits into the time and adds a figure for each contest. */
  void run(Path model, EngineLoop engine, Peer peer, Duration time, String on, Results results)
      throws Exception {
    try {
      peer.load(model, engine.precision(), engine.device());
    } catch (PeerException e) {
      contests.forEach(contest -> contest.leave(e.getMessage()));
    }
    contests.get(0).warm(engine, peer);
    Rounds.within(
        time,
        contests.stream().mapToInt(Contest::rounds).max().orElseThrow(),
        number -> {
          for (Contest contest : contests) {
            contest.round(number, engine, peer);
          }
        });
    for (int i = 0; i < contests.size(); i++) {
      Figure figure = contests.get(i).figure(on);
      results.add(i < goals.size() ? figure.against(goals.get(i)) : figure);
    }
  }
}
