package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import java.util.List;

/** Judges whose reply is their address, like a service in a foreign jar. */
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
