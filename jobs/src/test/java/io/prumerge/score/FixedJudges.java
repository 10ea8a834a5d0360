package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import java.util.List;

/** Judges that always say what their address does: as somebody's jar would bring them. */
public final class FixedJudges implements JudgeFactory {

  @Override
  public List<String> schemes() {
    return List.of("fixed");
  }

  @Override
  public Judge open(String address, String model) {
    return request -> address.substring(address.indexOf(':') + 1);
  }
}
