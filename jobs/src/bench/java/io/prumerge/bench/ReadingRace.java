package io.prumerge.bench;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.BenchmarkFile;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.InProcess;
import io.prumerge.source.SourceFiles;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times what {@code prepare} does with VQAv2's official files, as {@link Scale}'s step {@code
 * pictures} makes them up, by several benchmarks in turns: each time in a JVM of its own with a
 * small heap, by its CPU time. {@code plain} is {@link PlainVqa}, the parsing alone, which stays to
 * compare with when no other benchmark reads these files.
 */
@Command(
    name = "reading-race",
    mixinStandardHelpOptions = true,
    description = "Times benchmarks that read the same files.")
public final class ReadingRace implements Callable<Integer> {

  /** What is timed. */
  enum Part {
    /** The questions alone, from the files to the last one. */
    READ,
    /** The whole command, from the start of Spark on. */
    PREPARE
  }

  private static final String PLAIN = "plain";
  private static final String SPLIT = "val2014";
  private static final Pattern SAID =
      Pattern.compile("took ([0-9.]+) s of CPU for (\\d+ questions, \\S+)");

  @Option(names = "--work", required = true, paramLabel = "DIR", description = "Scale's.")
  private Path work;

  @Option(
      names = "--of",
      required = true,
      arity = "1..*",
      description = "Benchmarks, by names or files, or plain; all are compared with the first.")
  private List<String> contestants;

  @Option(names = "--part", defaultValue = "read", description = "${COMPLETION-CANDIDATES}.")
  private Part part;

  @Option(names = "--rounds", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--heap", defaultValue = "512m", description = "Default ${DEFAULT-VALUE}.")
  private String heap;

  @Option(names = "--alone", hidden = true, description = "In this JVM, once.")
  private boolean alone;

  private ReadingRace() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new ReadingRace()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (alone) {
      once(contestants.get(0));
      return 0;
    }
    List<Samples> seconds = contestants.stream().map(name -> new Samples()).toList();
    List<String> read = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        int turn = (i + round) % contestants.size();
        Matcher said = timed(contestants.get(turn));
        seconds.get(turn).add(Double.parseDouble(said.group(1)));
        read.add(said.group(2));
      }
    }
    if (read.stream().distinct().count() > 1) {
      throw new IOException("They do not read the same: " + read.stream().distinct().toList());
    }
    System.out.printf(Locale.ROOT, "%s of %s in %s, %d rounds%n", part, read.get(0), heap, rounds);
    for (int i = 0; i < contestants.size(); i++) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.2f s of CPU%s%n",
          contestants.get(i),
          seconds.get(i).median(),
          i == 0 ? "" : ", " + ratio(seconds.get(i).ratios(seconds.get(0))));
    }
    return 0;
  }

  /** Returns the geometric mean of ratios with its interval. */
  private static String ratio(Samples ratios) {
    double[] logs = ratios.values().stream().mapToDouble(Math::log).toArray();
    double mean = 0;
    for (double one : logs) {
      mean += one / logs.length;
    }
    double squares = 0;
    for (double one : logs) {
      squares += Math.pow(one - mean, 2);
    }
    double error = Math.sqrt(squares / (logs.length - 1) / logs.length);
    Interval interval = StudentT.interval(mean, error, logs.length);
    return String.format(
        Locale.ROOT,
        "%.2fx (%.2f to %.2f)",
        Math.exp(mean),
        Math.exp(interval.low()),
        Math.exp(interval.high()));
  }

  private Matcher timed(String contestant) throws IOException, InterruptedException {
    Path log = work.resolve("reading.log");
    CommandJvm.run(
        ReadingRace.class,
        contestant,
        log,
        List.of("-Xmx" + heap),
        List.of(
            "--alone", "--work", work.toString(), "--of", contestant, "--part", part.toString()));
    Matcher said = SAID.matcher(Files.readString(log));
    if (!said.find()) {
      throw new IOException("There is no time in " + log);
    }
    return said;
  }

  private void once(String contestant) throws IOException {
    double start = cpuSeconds();
    String read = part == Part.READ ? read(contestant) : prepare(contestant);
    System.out.printf(Locale.ROOT, "took %.3f s of CPU for %s%n", cpuSeconds() - start, read);
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** Counts questions, and adds up the hashes of what was read of each. */
  private static final class Sum implements PlainVqa.Sink {

    private long count;
    private int hashes;

    @Override
    public void accept(String id, String question, List<String> answers) {
      count++;
      hashes += 31 * (31 * id.hashCode() + question.hashCode()) + answers.hashCode();
    }

    @Override
    public String toString() {
      return count + " questions, " + Integer.toHexString(hashes);
    }
  }

  private String read(String contestant) throws IOException {
    Sum sum = new Sum();
    if (contestant.equals(PLAIN)) {
      PlainVqa.read(work, SPLIT, sum);
    } else {
      Benchmark benchmark = benchmark(contestant);
      SourceFiles source = Reading.source(work);
      benchmark.read(
          source,
          benchmark.prompts(Optional.empty()),
          source
              .leftOut()
              .account()
              .counting(one -> sum.accept(one.id(), one.question(), one.answers())));
    }
    return sum.toString();
  }

  private static Benchmark benchmark(String name) throws IOException {
    return BenchmarkFile.isNamed(name)
        ? Benchmarks.of(Map.of(name, Files.readString(Path.of(name)))).named(name)
        : Benchmarks.KNOWN.named(name);
  }

  private String prepare(String contestant) throws IOException {
    Path output = work.resolve("raced");
    FileUtils.deleteDirectory(output.toFile());
    try (InProcess commands = new InProcess()) {
      commands.run(
          "prepare",
          "--benchmark",
          contestant,
          "--source",
          work.toString(),
          "--output",
          output.toString());
      long questions =
          commands
              .session()
              .read()
              .parquet(output.toString())
              .selectExpr("sum(size(questions))")
              .first()
              .getLong(0);
      return questions + " questions, prepared";
    }
  }
}
