package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Statistic;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A benchmark with generated questions about images that a test placed. */
public final class PlacedBenchmark implements Benchmark {

  private final List<Optional<ImagePlace>> places = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  /** Adds a question about the image there. */
  public PlacedBenchmark with(ImagePlace place) {
    places.add(Optional.of(place));
    return this;
  }

  /** Adds a question without an image. */
  public PlacedBenchmark withoutImage() {
    places.add(Optional.empty());
    return this;
  }

  /** Sets an action that runs while the questions are read. */
  public void whileRead(Runnable event) {
    meanwhile = event;
  }

  @Override
  public String name() {
    return "placed";
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
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    meanwhile.run();
    for (int i = 0; i < places.size(); i++) {
      String question = "What is in picture %d?".formatted(i);
      sink.accept(
          new BenchmarkQuestion(
              Integer.toString(i),
              places.get(i),
              prompts.prompt("mmbench", PromptParts.of(question)),
              OptionalInt.empty(),
              new Reference(
                  question,
                  "default",
                  List.of("yes"),
                  List.of(),
                  Map.of(BenchmarkQuestion.FILE_ID, Integer.toString(i)))));
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return reference.answers().stream().findFirst();
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return new Score(answer, false, 1);
  }
}
