package io.prumerge.published;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure that a paper, a model card or a leaderboard prints.
 *
 * @param place file and line, or the place in the file
 * @param method as the file names it
 * @param model likewise
 * @param benchmark likewise
 * @param metric likewise
 * @param split absent if the file does not say it
 * @param prompts name of the questions' wording, if the file says it
 * @param profile how answers were scored, likewise
 * @param tokens visual tokens of an image, likewise
 * @param source who printed it
 */
public record PublishedFigure(
    String place,
    String method,
    String model,
    String benchmark,
    String metric,
    Optional<String> split,
    Optional<String> prompts,
    Optional<String> profile,
    OptionalDouble tokens,
    double score,
    Optional<String> source,
    Optional<String> remark) {

  public PublishedFigure {
    Objects.requireNonNull(method, "method is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(benchmark, "benchmark is null");
    Objects.requireNonNull(metric, "metric is null");
  }

  /**
   * Begins a figure.
   *
   * @param place file and line, or the place in the file
   */
  public static Builder builder(String place) {
    return new Builder(place);
  }

  /** Sets what the file says of a figure. */
  public static final class Builder {

    private final String place;
    private String method;
    private String model;
    private String benchmark;
    private String metric;
    private Optional<String> split = Optional.empty();
    private Optional<String> prompts = Optional.empty();
    private Optional<String> profile = Optional.empty();
    private OptionalDouble tokens = OptionalDouble.empty();
    private Double score;
    private Optional<String> source = Optional.empty();
    private Optional<String> remark = Optional.empty();

    private Builder(String place) {
      this.place = place;
    }

    /** Sets the method as the file names it; required. */
    public Builder method(String method) {
      this.method = method;
      return this;
    }

    /** Sets the model as the file names it; required. */
    public Builder model(String model) {
      this.model = model;
      return this;
    }

    /** Sets the benchmark as the file names it; required. */
    public Builder benchmark(String benchmark) {
      this.benchmark = benchmark;
      return this;
    }

    /** Sets the metric as the file names it; required. */
    public Builder metric(String metric) {
      this.metric = metric;
      return this;
    }

    /** Sets the split. */
    public Builder split(Optional<String> split) {
      this.split = split;
      return this;
    }

    /** Sets the name of the questions' wording. */
    public Builder prompts(Optional<String> prompts) {
      this.prompts = prompts;
      return this;
    }

    /** Sets how answers were scored. */
    public Builder profile(Optional<String> profile) {
      this.profile = profile;
      return this;
    }

    /** Sets the visual tokens of an image. */
    public Builder tokens(OptionalDouble tokens) {
      this.tokens = tokens;
      return this;
    }

    /** Sets the printed number; required. */
    public Builder score(double score) {
      this.score = score;
      return this;
    }

    /** Sets who printed it. */
    public Builder source(Optional<String> source) {
      this.source = source;
      return this;
    }

    /** Sets what the file says about it. */
    public Builder remark(Optional<String> remark) {
      this.remark = remark;
      return this;
    }

    /** Returns the figure. */
    public PublishedFigure build() {
      return new PublishedFigure(
          place,
          method,
          model,
          benchmark,
          metric,
          split,
          prompts,
          profile,
          tokens,
          Objects.requireNonNull(score, "score is null"),
          source,
          remark);
    }
  }
}
