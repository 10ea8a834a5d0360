package io.prumerge.benchmark.refcoco;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * RefCOCO (Yu et al., 2016): a phrase, and the box of what it means. Read from the files of
 * lichengunc/refer or from tables like lmms-lab/RefCOCO. No evaluator is the benchmark's own: each
 * model says boxes in its own way, and a profile is the evaluator of one of them.
 */
public class RefCoco extends PublishedBenchmark {

  /** Most new tokens in the evaluator for LLaVA-1.5. */
  static final int LONGEST_BOX = 100;

  private final String partition;

  public RefCoco() {
    this("refcoco", "unc");
  }

  /**
   * @param partition whose split into train, val and test is read if the files have several
   */
  RefCoco(String name, String partition) {
    super(name, "val");
    this.partition = partition;
  }

  /** RefCOCO+, whose phrases name no place. */
  public static final class Plus extends RefCoco {
    public Plus() {
      super("refcoco+", "unc");
    }
  }

  /** RefCOCOg (Mao et al., 2016; partition of Nagaraja et al.), whose phrases are longer. */
  public static final class Google extends RefCoco {
    public Google() {
      super("refcocog", "umd");
    }
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "refs(" + partition + ").p and instances.json of lichengunc/refer",
        "Parquet files like lmms-lab/RefCOCO's, with a row for each object or phrase");
  }

  @Override
  public List<String> profiles() {
    return Arrays.stream(BoxConvention.values()).map(BoxConvention::label).toList();
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(overall("accuracy", Statistic.MEAN), overall("mean_iou", Statistic.MEAN_IOU));
  }

  private static MetricRule overall(String name, Statistic statistic) {
    return new MetricRule(name, statistic, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL);
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    new RefQuestions(this, prompts, sink).read(source, partition);
  }

  /** Phrases of an object have one id in the tables. */
  @Override
  public boolean repeatsIds() {
    return true;
  }

  @Override
  public boolean needsImageSize() {
    return true;
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    BoxConvention convention = BoxConvention.of(profile);
    Optional<BoundingBox> said = convention.read(answer);
    if (said.isEmpty()) {
      return new Score("", true, 0, OptionalDouble.of(0));
    }
    PictureSize picture =
        new PictureSize(
            pixels(reference, BenchmarkQuestion.WIDTH),
            pixels(reference, BenchmarkQuestion.HEIGHT));
    double iou = convention.iou(said.get(), BoundingBox.of(reference.answers().get(0)), picture);
    return new Score(
        said.get().toString(), false, convention.isRight(iou) ? 1 : 0, OptionalDouble.of(iou));
  }

  private static int pixels(Reference reference, String key) {
    String pixels = reference.extra().get(key);
    if (pixels == null) {
      throw new DataException(
          "Cannot score a box for '"
              + reference.question()
              + "': the question lacks its image's "
              + key
              + ", which prepare adds unless the image is missing or damaged");
    }
    return Integer.parseInt(pixels);
  }
}
