package io.prumerge.load.figure;

import io.prumerge.load.generate.GeneratorUse;
import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.server.AskedQuestion;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.NamedModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Rows of load tests that never were, for tests. */
public final class LoadRows {

  private static final AnswerSource MODEL =
      AnswerSource.parse("openai:http://127.0.0.1:8000/v1#model");

  static final GeneratorUse IDLE = new GeneratorUse(0, 0);

  private LoadRows() {}

  public static LoadSeries closed(String server, int concurrency) {
    return series(server, LoadPattern.closed(concurrency), 1, "1/1");
  }

  public static LoadSeries series(String server, LoadPattern pattern, int repeat, String share) {
    return new LoadSeries(
        LoadSubject.of("run", new NamedModel(server, MODEL), "pope", "test"),
        pattern,
        repeat,
        share);
  }

  /** A request as a test changes it. */
  public static final class Request {

    private final LoadSeries series;
    private final int number;
    private String question;
    private String image;
    private LoadPhase phase = LoadPhase.MEASURED;
    private double planned;
    private OptionalDouble sent = OptionalDouble.empty();
    private OptionalDouble end = OptionalDouble.empty();
    private List<Double> texts = List.of();
    private OptionalInt visual = OptionalInt.empty();
    private OptionalInt cached = OptionalInt.empty();
    private OptionalInt generated = OptionalInt.empty();
    private OptionalInt shown = OptionalInt.empty();
    private int thoughts;
    private Optional<List<Double>> withoutText = Optional.of(List.of());
    private LoadOutcome outcome = LoadOutcome.UNFINISHED;
    private Optional<String> error = Optional.empty();
    private Optional<String> answer = Optional.empty();
    private OptionalDouble score = OptionalDouble.empty();
    private GeneratorUse generator = IDLE;

    public Request(LoadSeries series, int number) {
      this.series = series;
      this.number = number;
      question = "q" + number;
      image = "i" + number;
    }

    Request about(String question, String image) {
      this.question = question;
      this.image = image;
      return this;
    }

    public Request phase(LoadPhase phase) {
      this.phase = phase;
      return this;
    }

    /** Sets when it was due and sent. */
    public Request sent(double planned, double sent) {
      this.planned = planned;
      this.sent = OptionalDouble.of(sent);
      return this;
    }

    /** Sets when chunks of its answer came, and the whole. */
    public Request answered(double end, Double... texts) {
      this.end = OptionalDouble.of(end);
      this.texts = List.of(texts);
      outcome = LoadOutcome.DONE;
      answer = Optional.of("yes");
      return this;
    }

    public Request failed(double end) {
      return failed(end, "endpoint_failed: 429");
    }

    public Request failed(double end, String error) {
      this.end = OptionalDouble.of(end);
      this.error = Optional.of(error);
      outcome = LoadOutcome.ERROR;
      score = OptionalDouble.of(0);
      return this;
    }

    Request late() {
      outcome = LoadOutcome.LATE;
      return this;
    }

    public Request tokens(int visual, int cached, int generated) {
      this.visual = OptionalInt.of(visual);
      this.cached = OptionalInt.of(cached);
      this.generated = OptionalInt.of(generated);
      shown = this.generated;
      return this;
    }

    /** Sets how many of its chunks of text are of a thought, and when those without text came. */
    public Request thinks(int chunks, Double... withoutText) {
      thoughts = chunks;
      this.withoutText = Optional.of(List.of(withoutText));
      return this;
    }

    /** Sets how many of its tokens came as text. */
    Request shows(int tokens) {
      shown = OptionalInt.of(tokens);
      return this;
    }

    /** Leaves out what earlier versions did not know. */
    public Request ofEarlierVersion() {
      thoughts = texts.size();
      withoutText = Optional.empty();
      shown = OptionalInt.empty();
      return this;
    }

    public Request says(String answer, double score) {
      this.answer = Optional.of(answer);
      this.score = OptionalDouble.of(score);
      return this;
    }

    public Request generator(double delays, double cpuShare) {
      generator = new GeneratorUse(delays, cpuShare);
      return this;
    }

    public LoadRow row() {
      return new LoadRow(
          series,
          number,
          new AskedQuestion(question, Optional.ofNullable(image)),
          phase,
          planned,
          sent,
          texts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(texts.get(0)),
          end,
          texts,
          visual,
          visual,
          cached,
          generated,
          outcome,
          error,
          answer,
          score,
          generator,
          thoughts < texts.size() ? OptionalDouble.of(texts.get(thoughts)) : OptionalDouble.empty(),
          withoutText,
          shown,
          answer.map(said -> "eos"));
    }
  }
}
