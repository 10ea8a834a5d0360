package io.prumerge.load;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.PhaseShares;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadShare;
import io.prumerge.load.server.ChosenQuestions;
import io.prumerge.load.server.QuestionsPerPicture;
import io.prumerge.plan.AskedExamples;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.NamedModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/** The values of {@link LoadOptions} that are given: on the command line, or from code. */
public final class LoadTestSettings {

  /** What is put on servers if nothing is said: vLLM's and MLPerf's powers of two. */
  private static final List<Integer> USUAL = List.of(1, 2, 4, 8, 16, 32, 64);

  /** A process that is its own server has no more to gain. */
  private static final List<Integer> IN_PROCESS = List.of(1, 4, 16);

  /** More threads of a server than any has. */
  private static final int MOST_CONCURRENT = 4096;

  /** Two minutes, in seconds: longer than most answers take. */
  private static final double USUAL_DRAIN = 120;

  /** A day, in seconds: longer than any answer takes. */
  private static final int LONGEST_DRAIN = 86_400;

  /** Less than one request a day; no process sends as many as the most. */
  private static final double LEAST_RATE = 0.00001;

  private static final double MOST_RATE = 1_000_000;

  /** Below, gaps are 0 in the numbers of Java; above the most, they are as good as equal. */
  private static final double LEAST_BURSTINESS = 0.01;

  private static final double MOST_BURSTINESS = 1_000;

  @Mixin
  public final GivenOption<String> model =
      GivenOption.text(Setting.MODEL)
          .required()
          .help(
              "MODEL",
              "The server: openai:URL#NAME, a model behind an OpenAI-compatible service. Or a"
                  + " checkpoint's folder, for our own engine in this process, under each"
                  + " --method.");

  @Mixin
  public final GivenOption<List<String>> methods =
      GivenOption.texts(Setting.METHOD)
          .help(
              "SPEC",
              "Methods of a model in this process, or budgets of a server, such as"
                  + " request:max_soft_tokens=280; the others are compared with the first. Default"
                  + " none.");

  @Mixin
  public final GivenOption<List<String>> servers =
      GivenOption.texts(Setting.AS)
          .help(
              "LABEL=MODEL",
              "Other servers of the model, such as one that drops visual tokens:"
                  + " LABEL=openai:URL#NAME (a-z, 0-9 and -). They are compared with the first.");

  @Mixin
  public final GivenOption<List<String>> examples =
      CommonOptions.examples("Tables that prepare wrote.").required();

  @Mixin
  public final GivenOption<List<Integer>> concurrencies =
      GivenOption.several(Setting.MAX_CONCURRENCY, Integer.class)
          .help(
              "N",
              "Closed loop: N requests are in flight, and the next is sent when one has ended."
                  + " Several make a point each; default 1 2 4 8 16 32 64, without rates.");

  @Mixin
  public final GivenOption<List<Double>> rates =
      GivenOption.several(Setting.REQUEST_RATE, Double.class)
          .readBy(new RateReader())
          .help(
              "N",
              "Open loop: N requests arrive a second, whatever becomes of those before; 0.00001 to"
                  + " 1000000, or inf: all at once. Several make a point each.");

  @Mixin
  public final GivenOption<Double> burstiness =
      GivenOption.of(Setting.BURSTINESS, Double.class)
          .readBy(new RateReader())
          .help(
              "B",
              "Shape of the gaps between arrivals: 1 Poisson (default), below 1 in bursts, above"
                  + " more even; 0.01 to 1000, or inf: equal. As vLLM's.");

  @Mixin
  public final GivenOption<Integer> sweepRates =
      GivenOption.count(Setting.SWEEP_RATES)
          .help(
              "N",
              "Ask one at a time, then as fast as possible, then at N rates between what these"
                  + " reach.");

  @Mixin
  public final GivenOption<QuestionsPerPicture> perPicture =
      GivenOption.of(Setting.QUESTIONS_PER_PICTURE, QuestionsPerPicture.class)
          .help(
              "one|all",
              "One drawn by the seed (default), so that no picture comes twice, or all: a cache of"
                  + " pictures then serves the others.");

  @Mixin
  public final GivenOption<Integer> limit =
      GivenOption.count(Setting.LIMIT).help("N", "Ask N questions, which the seed draws.");

  @Mixin
  public final GivenOption<Integer> maxNewTokens =
      GivenOption.count(Setting.MAX_NEW_TOKENS)
          .help("N", "Tokens of an answer at most; default as the examples say.");

  @Mixin
  public final GivenOption<Long> seed =
      GivenOption.of(Setting.SEED, Long.class)
          .help("N", "Of the questions, their orders and the arrivals; default 0.");

  @Mixin
  public final GivenOption<Integer> repeats =
      GivenOption.count(Setting.REPEAT)
          .help(
              "N",
              "Measure each point N times; default 1. From 3 on, intervals are those of repeats.");

  @Mixin
  public final GivenOption<Double> warmup =
      GivenOption.of(Setting.WARMUP, Double.class)
          .help(
              "SHARE",
              "Share of a point's requests, the first, that do not count; default "
                  + PhaseShares.DEFAULT.warmUp()
                  + ".");

  @Mixin
  public final GivenOption<Double> cooldown =
      GivenOption.of(Setting.COOLDOWN, Double.class)
          .help(
              "SHARE",
              "Share of a point's requests, the last, that do not count; default "
                  + PhaseShares.DEFAULT.coolDown()
                  + ".");

  @Mixin
  public final GivenOption<Double> drain =
      GivenOption.of(Setting.DRAIN, Double.class)
          .help(
              "SECONDS",
              "How long requests in flight are waited for after a point's last; default "
                  + LoadPattern.number(USUAL_DRAIN)
                  + ". They count as late, then as unfinished. No answer may take longer.");

  @Mixin
  public final GivenOption<List<String>> goodput =
      GivenOption.texts(Setting.GOODPUT)
          .help(
              "TIME:MS",
              "Limits in milliseconds that a good request keeps, as in ttft:500 tpot:50 e2el:2000;"
                  + " from when it was due.");

  @Mixin
  public final GivenOption<String> share =
      GivenOption.text(Setting.SHARE)
          .help(
              "I/N",
              "Put on the I-th of N parts of each load, and ask the I-th part of the questions;"
                  + " report adds the parts up.");

  @Mixin
  public final GivenOption<LoadExport> export =
      GivenOption.of(Setting.EXPORT, LoadExport.class)
          .help(
              "vllm",
              "Also write each point to the folder vllm as vLLM's bench serve does, by its"
                  + " definitions; with --resume also of a finished test.");

  /**
   * Returns the options that are given here, with defaults for the others.
   *
   * @throws UsageException if a setting is missing or out of range
   */
  public LoadOptions options() {
    new RequiredSettings()
        .require(model.isGiven(), Setting.MODEL)
        .require(!examples.get().isEmpty(), Setting.EXAMPLES)
        .check();
    LoadShare part =
        share
            .find()
            .map(text -> OptionChecks.read(Setting.SHARE, text, LoadShare::parse))
            .orElse(LoadShare.WHOLE);
    return new LoadOptions(
        targets(),
        AskedExamples.in(examples.get()),
        new ChosenQuestions(
            perPicture.or(QuestionsPerPicture.ONE),
            number(limit),
            number(maxNewTokens),
            seed.or(0L),
            part),
        loads(part.of()),
        goodput.get().isEmpty()
            ? Optional.empty()
            : Optional.of(OptionChecks.read(Setting.GOODPUT, goodput.get(), GoodputLimits::parse)),
        export.isGiven());
  }

  private AnswerSource source() {
    return OptionChecks.read(Setting.MODEL, model.get(), AnswerSource::parse);
  }

  /** Returns the model under each method, and the other servers. */
  private List<NamedModel> targets() {
    AnswerSource source = source();
    boolean endpoint = source.endpoint().isPresent();
    if (!endpoint && !servers.get().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s is another server of a model behind an endpoint, and %s is %s; measure servers"
                  + " and this process apart",
              Setting.AS, Setting.MODEL, source));
    }
    List<MethodSpec> asked =
        methods.get().isEmpty()
            ? List.of(MethodSpec.NONE)
            : OptionChecks.read(Setting.METHOD, methods.get(), MethodSpec::parseAll);
    asked.forEach(method -> requireAnswerable(method, endpoint));
    List<NamedModel> all =
        Stream.concat(
                asked.stream().map(method -> new NamedModel(method.toString(), source)),
                servers.get().stream()
                    .map(one -> OptionChecks.read(Setting.AS, one, NamedModel::parse)))
            .toList();
    OptionChecks.requireDistinct(
        endpoint ? Setting.AS : Setting.METHOD, all.stream().map(NamedModel::name).toList());
    return all;
  }

  private static void requireAnswerable(MethodSpec method, boolean endpoint) {
    TokenReducer reducer = TokenReducers.of(method);
    if (endpoint && !reducer.isSent()) {
      throw new UsageException(
          Wording.of(
              "%s %s is of a model in this process; a server's tokens cannot be reduced from here:"
                  + " ask it for a budget (request:FIELD=N, resize:pixels=N), or compare it with"
                  + " one that drops tokens by %s",
              Setting.METHOD, method, Setting.AS));
    }
    if (!endpoint && reducer.request().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s %s is of a server; %s is in this process, and reads no fields of a request",
              Setting.METHOD, method, Setting.MODEL));
    }
  }

  private LoadOptions.AskedLoads loads(int parts) {
    for (int one : concurrencies.get()) {
      OptionChecks.requireFrom1To(MOST_CONCURRENT, Setting.MAX_CONCURRENCY, one);
      if (one < parts) {
        throw new UsageException(
            Wording.of(
                "%s %d cannot be divided among the %d parts of %s",
                Setting.MAX_CONCURRENCY, one, parts, Setting.SHARE));
      }
    }
    rates.get().forEach(one -> requireWithin(LEAST_RATE, MOST_RATE, Setting.REQUEST_RATE, one));
    double shape = burstiness.or(LoadPattern.POISSON);
    requireWithin(LEAST_BURSTINESS, MOST_BURSTINESS, Setting.BURSTINESS, shape);
    OptionalInt swept = number(sweepRates);
    if (swept.isPresent() && parts > 1) {
      throw new UsageException(
          Wording.of(
              "%s needs the rates that a server reaches, which a part of %s does not know; name"
                  + " rates by %s",
              Setting.SWEEP_RATES, Setting.SHARE, Setting.REQUEST_RATE));
    }
    double seconds = drain.or(USUAL_DRAIN);
    if (!(seconds >= 0 && seconds <= LONGEST_DRAIN)) {
      throw new UsageException(
          Wording.of(
              "%s must be from 0 to %d seconds, it is %s", Setting.DRAIN, LONGEST_DRAIN, seconds));
    }
    List<Integer> closed =
        concurrencies.get().isEmpty() && rates.get().isEmpty() && swept.isEmpty()
            ? source().endpoint().isPresent() ? USUAL : IN_PROCESS
            : concurrencies.get();
    List<LoadPattern> patterns =
        Stream.concat(
                closed.stream().map(LoadPattern::closed),
                rates.get().stream()
                    .map(rate -> LoadPattern.open(rate, shape, OptionalInt.empty())))
            .toList();
    OptionChecks.requireDistinct(Setting.MAX_CONCURRENCY, closed);
    OptionChecks.requireDistinct(Setting.REQUEST_RATE, rates.get());
    return new LoadOptions.AskedLoads(
        patterns,
        swept,
        shape,
        repeats.or(1),
        OptionChecks.read(
            Setting.WARMUP,
            warmup.or(PhaseShares.DEFAULT.warmUp()),
            first -> new PhaseShares(first, cooldown.or(PhaseShares.DEFAULT.coolDown()))),
        seconds);
  }

  private static void requireWithin(double least, double most, Setting setting, double value) {
    if (!(value >= least && value <= most || value == Double.POSITIVE_INFINITY)) {
      throw new UsageException(
          Wording.of(
              "%s must be from %s to %s, or inf; it is %s",
              setting, LoadPattern.number(least), LoadPattern.number(most), value));
    }
  }

  private static OptionalInt number(GivenOption<Integer> option) {
    return option.find().map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
