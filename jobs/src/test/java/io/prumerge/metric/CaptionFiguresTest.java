package io.prumerge.metric;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.DocumentFrequencies;
import io.prumerge.benchmark.caption.BleuCounts;
import io.prumerge.benchmark.caption.CaptionCorpus;
import io.prumerge.benchmark.caption.CaptionTokens;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.score.Scores;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.store.QuestionTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of whole sets of captions, and their errors against recomputed sets. */
@Tag("spark")
class CaptionFiguresTest {

  private static final int IMAGES = 120;
  private static final CaptionCorpus CORPUS = new CaptionCorpus(CaptionTokens.PTB);
  private static final List<String> ANIMALS = List.of("dog", "cat", "horse", "bird", "cow", "bear");
  private static final List<String> PLACES = List.of("mat", "hill", "road", "beach", "roof");
  private static final List<String> DOINGS = List.of("sits", "sleeps", "runs", "is standing");

  private static final List<Reference> REFERENCES = new ArrayList<>();
  private static final List<Set<String>> TERMS = new ArrayList<>();
  private static final Map<String, List<String>> ANSWERS =
      Map.of("none", new ArrayList<>(), "prumerge", new ArrayList<>());

  private static final List<Row> QUESTIONS = new ArrayList<>();
  private static final Map<Map.Entry<String, List<Integer>>, List<Score>> SCORED = new HashMap<>();

  private static Dataset<Row> scores;
  private static List<Metric> metrics;

  @BeforeAll
  static void score() {
    Random random = new Random(5);
    List<Row> predictions = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      int animal = random.nextInt(ANIMALS.size());
      int place = random.nextInt(PLACES.size());
      List<String> right = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        right.add(caption(random, animal, place, 0.1));
      }
      Reference reference = new Reference("?", "default", right, List.of(), Map.of());
      REFERENCES.add(reference);
      TERMS.add(CORPUS.terms(reference));
      ANSWERS.get("none").add(caption(random, animal, place, 0.2));
      ANSWERS.get("prumerge").add(caption(random, animal, place, 0.6));
      QUESTIONS.add(
          RowFactory.create(
              "nocaps",
              "test",
              "q" + image,
              image + ".jpg",
              "?",
              "default",
              right,
              List.of(),
              null));
      for (String method : ANSWERS.keySet()) {
        predictions.add(prediction(method, image, ANSWERS.get(method).get(image), null));
      }
    }
    scores = scores(predictions, QUESTIONS);
    metrics = Metrics.of(scores, Inference.against("none")).metrics();
  }

  @AfterAll
  static void forget() {
    SCORED.clear();
  }

  private static Dataset<Row> scores(List<Row> predictions, List<Row> questions) {
    return new Scores(Benchmarks.KNOWN, List.of("nocaps"))
        .of(
            Rows.predictions(predictions),
            LocalSpark.session().createDataFrame(questions, QuestionTable.SCHEMA),
            Benchmark.OFFICIAL)
        .cache();
  }

  private static Row prediction(String method, int image, String answer, String error) {
    return Rows.prediction(
        "benchmark",
        "nocaps",
        "method",
        method,
        "question_id",
        "q" + image,
        "image_id",
        image + ".jpg",
        "category",
        "default",
        "answer",
        answer,
        "error",
        error);
  }

  private static String caption(Random random, int animal, int place, double wrong) {
    boolean other = random.nextDouble() < wrong;
    return "A %s %s on %s %s."
        .formatted(
            ANIMALS.get(other ? random.nextInt(ANIMALS.size()) : animal),
            DOINGS.get(random.nextInt(DOINGS.size())),
            random.nextBoolean() ? "the" : "a green",
            PLACES.get(random.nextDouble() < wrong ? random.nextInt(PLACES.size()) : place));
  }

  private static Metric metric(String method, String name) {
    return metric(metrics, method, name);
  }

  private static Metric metric(List<Metric> all, String method, String name) {
    return all.stream()
        .filter(one -> one.key().method().equals(method) && one.name().equals(name))
        .filter(one -> one.category().equals("all"))
        .findFirst()
        .orElseThrow();
  }

  /** Scores some images' answers anew, once for all figures: these alone weigh their words. */
  private static List<Score> scored(String method, List<Integer> images) {
    return SCORED.computeIfAbsent(
        Map.entry(method, images),
        some -> {
          DocumentFrequencies frequencies =
              DocumentFrequencies.of(images.stream().map(TERMS::get).toList());
          return images.stream()
              .map(
                  image ->
                      CORPUS
                          .scorer(REFERENCES.get(image), frequencies)
                          .score(ANSWERS.get(method).get(image)))
              .toList();
        });
  }

  private static double figure(String method, String name, List<Integer> images) {
    List<Score> all = scored(method, images);
    return switch (name) {
      case "cider" -> 1000 * mean(all, Score::value);
      case "rouge_l" -> 100 * mean(all, score -> score.addends().get(Addend.ROUGE_L));
      default -> 100 * bleu(all).score(name.charAt(name.length() - 1) - '0');
    };
  }

  private static double mean(List<Score> all, ToDoubleFunction<Score> value) {
    return all.stream().mapToDouble(value).average().orElseThrow();
  }

  private static BleuCounts bleu(List<Score> all) {
    double[] matched = new double[BleuCounts.LONGEST];
    double[] ngrams = new double[BleuCounts.LONGEST];
    for (int n = 0; n < BleuCounts.LONGEST; n++) {
      Addend both = Addend.valueOf("MATCHED_" + (n + 1));
      Addend said = Addend.valueOf("NGRAMS_" + (n + 1));
      matched[n] = all.stream().mapToDouble(score -> score.addends().get(both)).sum();
      ngrams[n] = all.stream().mapToDouble(score -> score.addends().get(said)).sum();
    }
    return new BleuCounts(
        matched,
        ngrams,
        all.stream().mapToDouble(score -> score.addends().get(Addend.REFERENCE_WORDS)).sum());
  }

  private static List<Integer> without(int first, int count) {
    List<Integer> images = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      if (image < first || image >= first + count) {
        images.add(image);
      }
    }
    return images;
  }

  /** The standard error by a jackknife that leaves out each image, and computes the rest anew. */
  private static double jackknife(ToDoubleFunction<List<Integer>> figure) {
    double[] values = new double[IMAGES];
    for (int image = 0; image < IMAGES; image++) {
      values[image] = figure.applyAsDouble(without(image, 1));
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).sum();
    return Math.sqrt(squares * (IMAGES - 1) / IMAGES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cider", "bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l"})
  void figuresAreThoseOfTheWholeSet(String name) {
    for (String method : ANSWERS.keySet()) {
      assertThat(metric(method, name).value().orElseThrow())
          .isCloseTo(figure(method, name, without(0, 0)), within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l"})
  void errorsAreThoseOfSetsComputedAnew(String name) {
    assertThat(
            metric("prumerge", name).stderr().orElseThrow()
                / jackknife(some -> figure("prumerge", name, some)))
        .isCloseTo(1, within(0.03));
    double difference =
        jackknife(some -> figure("prumerge", name, some) - figure("none", name, some));
    Comparison comparison = metric("prumerge", name).comparison().orElseThrow();
    Interval interval = comparison.interval().orElseThrow();
    assertThat(interval.high() - comparison.delta())
        .isCloseTo(StudentT.quantile(0.975, IMAGES) * difference, withinPercentage(3));
  }

  /** The error holds the weights of words: they are a part of the set, as its references are. */
  @Test
  void theErrorOfCiderIsNearThatOfSetsComputedAnew() {
    for (String method : ANSWERS.keySet()) {
      assertThat(metric(method, "cider").stderr().orElseThrow())
          .isCloseTo(jackknife(some -> figure(method, "cider", some)), withinPercentage(8));
    }
  }

  @Test
  void aPartOfTheSetSaysSo() {
    Dataset<Row> half = scores.where("CAST(substring(question_id, 2) AS INT) < 60");
    Metric part = metric(Metrics.of(half, Inference.against("none")).metrics(), "none", "cider");
    assertThat(part.caveat()).hasValue("its words are weighed by 120 images, not by these alone");
    assertThat(part.value().orElseThrow())
        .isNotCloseTo(figure("none", "cider", without(60, 60)), within(1.0));
    assertThat(metric("none", "cider").caveat()).isEmpty();
    assertThat(metric("none", "bleu_4").caveat()).isEmpty();
  }

  @Test
  void setsWhoseWordsWeighOtherwiseAreNotCompared() {
    List<Row> predictions = new ArrayList<>();
    for (int image = 0; image < 60; image++) {
      predictions.add(prediction("none", image, ANSWERS.get("none").get(image), null));
    }
    Dataset<Row> few =
        scores(predictions, QUESTIONS.subList(0, 60)).withColumn("run_id", lit("few"));
    Contrast contrast =
        new Contrast(
            new MethodKey("run", "mini", "none"),
            new MethodKey("few", "mini", "none"),
            ContrastScope.EVERYTHING);
    Inference inference = Inference.against("none").comparing(List.of(contrast));
    assertThat(Metrics.of(scores.union(few), inference).contrasts()).isEmpty();
    Dataset<Row> same = scores.withColumn("run_id", lit("few"));
    assertThat(Metrics.of(scores.union(same), inference).contrasts()).isNotEmpty();
  }

  @Test
  void anErrorIsAnEmptyCaption() {
    List<Row> predictions =
        List.of(
            prediction("none", 0, ANSWERS.get("none").get(0), null),
            prediction("none", 1, null, "oom: x"),
            prediction("prumerge", 0, ANSWERS.get("none").get(0), null),
            prediction("prumerge", 1, "", null));
    List<Metric> all =
        Metrics.of(scores(predictions, QUESTIONS.subList(0, 2)), Inference.against("none"))
            .metrics();
    for (String name : List.of("cider", "bleu_1", "bleu_4", "rouge_l")) {
      assertThat(metric(all, "none", name).value().orElseThrow())
          .as(name)
          .isEqualTo(metric(all, "prumerge", name).value().orElseThrow());
    }
  }
}
