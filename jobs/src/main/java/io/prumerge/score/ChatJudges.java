package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.endpoint.ApiKey;
import java.util.List;

/** Models behind OpenAI-compatible services. */
public final class ChatJudges implements JudgeFactory {

  @Override
  public List<String> schemes() {
    return List.of("http", "https");
  }

  @Override
  public Judge open(String address, String model) {
    return new ChatJudge(ChatJudge.checked(address), model, ApiKey.ofEnvironment());
  }
}
