package io.prumerge.report;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Few;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.run.StandardContrasts;
import io.prumerge.score.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Made-up answers to questions about clips of some videos, under several protocols. */
public final class VideoAnswers {

  static final int VIDEOS = 14;
  static final int CLIPS = 3;

  /** A method with a quarter of the tokens. */
  public static final String PRUNED = "divprune:tokens=25%";

  /** Which of a result's answers are right: video by video, clip by clip. */
  final Map<MethodKey, boolean[]> right = new LinkedHashMap<>();

  final Map<String, String> protocols = new HashMap<>();
  private final Map<MethodKey, Integer> errors = new HashMap<>();

  /**
   * Adds a method's answers.
   *
   * @param protocol of the run; null of pictures
   * @param share of right answers, about
   */
  public MethodKey answers(String run, String protocol, String method, double share) {
    MethodKey key = new MethodKey(run, "mini", method);
    Random random = new Random((run + method).hashCode());
    boolean[] answers = new boolean[VIDEOS * CLIPS];
    for (int video = 0; video < VIDEOS; video++) {
      double own = share + random.nextGaussian() / 8;
      for (int clip = 0; clip < CLIPS; clip++) {
        answers[video * CLIPS + clip] = random.nextDouble() < own;
      }
    }
    right.put(key, answers);
    if (protocol != null) {
      protocols.put(run, protocol);
    }
    return key;
  }

  /** Makes errors of a method's answers to the first questions. */
  public void fail(MethodKey key, int questions) {
    errors.put(key, questions);
    Arrays.fill(right.get(key), 0, questions, false);
  }

  /** Returns rows of predictions, in the order of the questions. */
  public Dataset<Row> predictions() {
    return Rows.predictions(rows());
  }

  private List<Row> rows() {
    List<Row> predictions = new ArrayList<>();
    for (int i = 0; i < VIDEOS * CLIPS; i++) {
      for (MethodKey key : right.keySet()) {
        String protocol = protocols.get(key.runId());
        boolean failed = i < errors.getOrDefault(key, 0);
        String video = protocol == null ? null : "film" + i / CLIPS + ".mp4";
        predictions.add(
            Rows.prediction(
                "run_id",
                key.runId(),
                "benchmark",
                "gqa",
                "category",
                null,
                "method",
                key.method(),
                "question_id",
                "q" + i,
                "image_id",
                video + "#t=" + i + "," + (i + 1),
                "image_sha256",
                "frames " + i + protocol,
                "protocol",
                protocol,
                "video",
                video,
                "visual_tokens_layer_mean",
                tokens(key.method()),
                "answer",
                failed ? null : right.get(key)[i] ? "yes" : "no",
                "error",
                failed ? "frames_unavailable: " + protocol : null));
      }
    }
    return predictions;
  }

  /** Returns the scores of the predictions. */
  public Dataset<Row> scores() {
    List<Row> predictions = rows();
    String[] references =
        IntStream.range(0, VIDEOS * CLIPS)
            .boxed()
            .flatMap(i -> Stream.of("q" + i, "yes"))
            .toArray(String[]::new);
    return new Scores(Benchmarks.KNOWN)
        .of(
            Rows.predictions(predictions),
            Rows.questions(predictions, references),
            Benchmark.OFFICIAL);
  }

  /** Returns the report of the predictions. */
  public Report report() {
    return Report.of(
        predictions(),
        scores(),
        Few.REPLICATES
            .comparing(
                StandardContrasts.added(
                    List.of(), List.copyOf(right.keySet()), Inference.BASELINE, protocols))
            .under(protocols));
  }

  private static double tokens(String method) {
    return switch (method) {
      case "none" -> 1569;
      case "frames=4" -> 785;
      case PRUNED -> 392;
      case "fastv:layer=2,tokens=25%" -> 410;
      case "prumerge" -> 250;
      default -> 393;
    };
  }
}
