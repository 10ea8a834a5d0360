package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import java.util.List;
import java.util.Optional;

/** Models behind OpenAI-compatible services. */
public final class ChatJudges implements JudgeFactory {

  /** Environment variable of the service's key. Options are visible to other users. */
  private static final String KEY = "OPENAI_API_KEY";

  @Override
  public List<String> schemes() {
    return List.of("http", "https");
  }

  @Override
  public Judge open(String address, String model) {
    return new ChatJudge(
        ChatJudge.checked(address), model, Optional.ofNullable(System.getenv(KEY)));
  }
}
