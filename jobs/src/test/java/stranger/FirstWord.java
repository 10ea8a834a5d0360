package stranger;

import io.prumerge.benchmark.AnswerRule;
import io.prumerge.benchmark.AnswerRuleFactory;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import java.util.List;

/** Right if the answer's first word equals one of the reference's answers. */
public final class FirstWord implements AnswerRuleFactory {

  @Override
  public String name() {
    return "first-word";
  }

  @Override
  public List<String> keys() {
    return List.of("ignore_case");
  }

  @Override
  public AnswerRule create(RuleSettings settings) {
    boolean anyCase = settings.flag("ignore_case");
    return (answer, reference) -> {
      String word = answer.split("\\s+")[0];
      boolean right =
          reference.answers().stream()
              .anyMatch(one -> anyCase ? one.equalsIgnoreCase(word) : one.equals(word));
      return new Score(word, word.isEmpty(), right ? 1 : 0);
    };
  }
}
