package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.endpoint.ApiKey;
import java.util.List;
import java.util.Optional;

/** Models behind OpenAI-compatible services. */
public final class ChatJudges implements JudgeFactory {

  @Override
  public List<String> schemes() {
    return List.of("http", "https");
  }

  @Override
  public void check(String address) {
    ChatJudge.checked(address, ApiKey.ofEnvironment());
  }

  @Override
  public Judge open(String address, String model) {
    Optional<ApiKey> key = ApiKey.ofEnvironment();
    return new ChatJudge(ChatJudge.checked(address, key), model, key);
  }
}
