package stranger;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Statistic;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Lines {@code {"id": 7, "picture": "a.jpg", "ask": "How many cats?", "count": "2"}}. */
public final class HowManyBenchmark implements Benchmark {

  @Override
  public String name() {
    return "how-many";
  }

  @Override
  public String defaultSplit() {
    return "test";
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL);
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    JsonLines.read(
        source
            .find("how_many.jsonl", "data")
            .orElseThrow(() -> new DataException("No how_many.jsonl in " + source.described())),
        source.hadoop(),
        line -> {
          String question = line.text("ask");
          sink.accept(
              BenchmarkQuestion.of(
                  line.id("id"),
                  Optional.of(
                      new ImagePlace.InFolder(ImageName.checked(line.text("picture"), line))),
                  prompts.prompt("vqav2", PromptParts.of(question)),
                  question,
                  line.optionalText("kind").orElse("default"),
                  List.of(line.text("count")),
                  16));
        });
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return reference.answers().stream().findFirst();
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    String number = answer.replaceAll("[^0-9]", "");
    return new Score(number, number.isEmpty(), number.equals(reference.answers().get(0)) ? 1 : 0);
  }
}
