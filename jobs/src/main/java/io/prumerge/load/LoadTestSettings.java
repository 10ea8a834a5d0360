package io.prumerge.load;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.plan.AskedExamples;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.PairedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The values of {@link LoadOptions} that are given: on the command line, or from code. */
public final class LoadTestSettings {

  /** What is put on servers if nothing is said: vLLM's and MLPerf's powers of two. */
  private static final List<Integer> USUAL = List.of(1, 2, 4, 8, 16, 32, 64);

  /** A process that is its own server has no more to gain. */
  private static final List<Integer> IN_PROCESS = List.of(1, 4, 16);

  /** More threads of a server than any has. */
  private static final int MOST_CONCURRENT = 4096;

  /** A day, in seconds: longer than any answer takes. */
  private static final int LONGEST_DRAIN = 86_400;

  /** Less than one request a day; no process sends as many as the most. */
  private static final double LEAST_RATE = 0.00001;

  private static final double MOST_RATE = 1_000_000;

  /** Below, gaps are 0 in the numbers of Java; above the most, they are as good as equal. */
  private static final double LEAST_BURSTINESS = 0.01;

  private static final double MOST_BURSTINESS = 1_000;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "The server: openai:URL#NAME, a model behind an OpenAI-compatible service. Or a checkpoint's"
              + " folder, for our own engine in this process, under each --method.")
  public String model;

  @Option(
      names = "--method",
      arity = "1..*",
      paramLabel = "SPEC",
      description =
          "Methods of a model in this process; the others are compared with the first. Default none.")
  public List<String> methods = List.of();

  @Option(
      names = "--as",
      arity = "1..*",
      paramLabel = "LABEL=MODEL",
      description =
          "Other servers of the model, such as one that drops visual tokens: LABEL=openai:URL#NAME"
              + " (a-z, 0-9 and -). They are compared with the first.")
  public List<String> servers = List.of();

  @Option(
      names = "--examples",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables that prepare wrote.")
  public List<String> examples = List.of();

  @Option(
      names = "--max-concurrency",
      arity = "1..*",
      paramLabel = "N",
      description =
          "Closed loop: N requests are in flight, and the next is sent when one has ended. Several"
              + " make a point each; default 1 2 4 8 16 32 64, without rates.")
  public List<Integer> concurrencies = List.of();

  @Option(
      names = "--request-rate",
      arity = "1..*",
      paramLabel = "N",
      converter = RateReader.class,
      description =
          "Open loop: N requests arrive a second, whatever becomes of those before; 0.00001 to"
              + " 1000000, or inf: all at once. Several make a point each.")
  public List<Double> rates = List.of();

  @Option(
      names = "--burstiness",
      paramLabel = "B",
      converter = RateReader.class,
      description =
          "Shape of the gaps between arrivals: 1 Poisson (default), below 1 in bursts, above more"
              + " even; 0.01 to 1000, or inf: equal. As vLLM's.")
  public double burstiness = 1;

  @Option(
      names = "--sweep-rates",
      paramLabel = "N",
      description =
          "Ask one at a time, then as fast as possible, then at N rates between what these reach.")
  public Integer sweepRates;

  @Option(
      names = "--questions-per-picture",
      paramLabel = "one|all",
      description =
          "One drawn by the seed (default), so that no picture comes twice, or all: a cache of"
              + " pictures then serves the others.")
  public QuestionsPerPicture perPicture = QuestionsPerPicture.ONE;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Ask N questions, which the seed draws.")
  public Integer limit;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Tokens of an answer at most; default as the examples say.")
  public Integer maxNewTokens;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the questions, their orders and the arrivals; default 0.")
  public long seed;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description =
          "Measure each point N times; default 1. From 3 on, intervals are those of repeats.")
  public int repeats = 1;

  @Option(
      names = "--warmup",
      paramLabel = "SHARE",
      description = "Share of a point's requests, the first, that do not count; default 0.1.")
  public double warmup = 0.1;

  @Option(
      names = "--cooldown",
      paramLabel = "SHARE",
      description = "Share of a point's requests, the last, that do not count; default 0.1.")
  public double cooldown = 0.1;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description =
          "How long requests in flight are waited for after a point's last; default 120. They count"
              + " as late, then as unfinished. No answer may take longer.")
  public double drain = 120;

  @Option(
      names = "--goodput",
      arity = "1..*",
      paramLabel = "TIME:MS",
      description =
          "Limits in milliseconds that a good request keeps, as in ttft:500 tpot:50 e2el:2000; from"
              + " when it was due.")
  public List<String> goodput = List.of();

  @Option(
      names = "--share",
      paramLabel = "I/N",
      description =
          "Put on the I-th of N parts of each load, and ask the I-th part of the questions; report"
              + " adds the parts up.")
  public String share = LoadShare.WHOLE.toString();

  @Option(
      names = "--export",
      paramLabel = "vllm",
      description =
          "Also write each point to the folder vllm as vLLM's bench serve does, by its definitions;"
              + " with --resume also of a finished test.")
  public LoadExport export;

  /**
   * Returns the options that are given here, with defaults for the others.
   *
   * @throws UsageException if a setting is missing or out of range
   */
  public LoadOptions options() {
    new RequiredSettings()
        .require(model != null, Setting.MODEL)
        .require(!examples.isEmpty(), Setting.EXAMPLES)
        .check();
    OptionChecks.requirePositive(Setting.LIMIT, optional(limit));
    OptionChecks.requirePositive(Setting.MAX_NEW_TOKENS, optional(maxNewTokens));
    return new LoadOptions(
        targets(),
        AskedExamples.in(examples),
        new LoadOptions.ChosenQuestions(
            perPicture,
            optional(limit),
            optional(maxNewTokens),
            seed,
            OptionChecks.read(Setting.SHARE, share, LoadShare::parse)),
        loads(),
        goodput.isEmpty()
            ? Optional.empty()
            : Optional.of(OptionChecks.read(Setting.GOODPUT, goodput, GoodputLimits::parse)),
        export == LoadExport.VLLM);
  }

  private List<LoadTarget> targets() {
    List<LoadTarget> all =
        Endpoint.isNamedBy(model)
            ? endpoints()
            : OptionChecks.read(Setting.METHOD, methodsOrNone(), MethodSpec::parseAll).stream()
                .map(method -> LoadTarget.inProcess(method, model))
                .toList();
    OptionChecks.requireDistinct(
        Endpoint.isNamedBy(model) ? Setting.AS : Setting.METHOD,
        all.stream().map(LoadTarget::name).toList());
    return all;
  }

  private List<LoadTarget> endpoints() {
    if (!methods.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s is of a model in this process; a server's tokens cannot be reduced from here:"
                  + " compare it with one that drops tokens by %s",
              Setting.METHOD, Setting.AS));
    }
    List<LoadTarget> all = new ArrayList<>();
    all.add(LoadTarget.first(OptionChecks.read(Setting.MODEL, model, Endpoint::parse)));
    servers.forEach(
        one -> all.add(LoadTarget.of(OptionChecks.read(Setting.AS, one, PairedServer::parse))));
    return all;
  }

  private List<String> methodsOrNone() {
    if (!servers.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s is another server of a model behind an endpoint, and %s is %s; measure servers"
                  + " and this process apart",
              Setting.AS, Setting.MODEL, model));
    }
    return methods.isEmpty() ? List.of(LoadTarget.FIRST) : methods;
  }

  private LoadOptions.AskedLoads loads() {
    int parts = OptionChecks.read(Setting.SHARE, share, LoadShare::parse).of();
    for (int one : concurrencies) {
      OptionChecks.requireFrom1To(MOST_CONCURRENT, Setting.MAX_CONCURRENCY, one);
      if (one < parts) {
        throw new UsageException(
            Wording.of(
                "%s %d cannot be divided among the %d parts of %s",
                Setting.MAX_CONCURRENCY, one, parts, Setting.SHARE));
      }
    }
    rates.forEach(one -> requireWithin(LEAST_RATE, MOST_RATE, Setting.REQUEST_RATE, one));
    requireWithin(LEAST_BURSTINESS, MOST_BURSTINESS, Setting.BURSTINESS, burstiness);
    OptionChecks.requirePositive(Setting.SWEEP_RATES, optional(sweepRates));
    if (sweepRates != null && parts > 1) {
      throw new UsageException(
          Wording.of(
              "%s needs the rates that a server reaches, which a part of %s does not know; name"
                  + " rates by %s",
              Setting.SWEEP_RATES, Setting.SHARE, Setting.REQUEST_RATE));
    }
    OptionChecks.requirePositive(Setting.REPEAT, repeats);
    if (!(drain >= 0 && drain <= LONGEST_DRAIN)) {
      throw new UsageException(
          Wording.of(
              "%s must be from 0 to %d seconds, it is %s", Setting.DRAIN, LONGEST_DRAIN, drain));
    }
    List<Integer> closed =
        concurrencies.isEmpty() && rates.isEmpty() && sweepRates == null
            ? Endpoint.isNamedBy(model) ? USUAL : IN_PROCESS
            : concurrencies;
    List<LoadPattern> patterns =
        Stream.<LoadPattern>concat(
                closed.stream().map(LoadPattern.Closed::new),
                rates.stream()
                    .map(rate -> new LoadPattern.Open(rate, burstiness, OptionalInt.empty())))
            .toList();
    OptionChecks.requireDistinct(Setting.MAX_CONCURRENCY, closed);
    OptionChecks.requireDistinct(Setting.REQUEST_RATE, rates);
    return new LoadOptions.AskedLoads(
        patterns,
        optional(sweepRates),
        burstiness,
        repeats,
        OptionChecks.read(Setting.WARMUP, warmup, share -> new PhaseShares(share, cooldown)),
        drain);
  }

  private static void requireWithin(double least, double most, Setting setting, double value) {
    if (!(value >= least && value <= most || value == Double.POSITIVE_INFINITY)) {
      throw new UsageException(
          Wording.of(
              "%s must be from %s to %s, or inf; it is %s",
              setting, LoadPoint.number(least), LoadPoint.number(most), value));
    }
  }

  private static OptionalInt optional(Integer value) {
    return Optional.ofNullable(value).map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
