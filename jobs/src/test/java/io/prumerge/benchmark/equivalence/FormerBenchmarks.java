package io.prumerge.benchmark.equivalence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What published benchmarks make of the made-up files, as lines of a table: benchmark, layout,
 * split, what it is, and its value. A value of several questions is a hash.
 *
 * @param folder a temporary one
 */
record FormerBenchmarks(Path folder) {

  private static final String LLAVA = PromptProfile.LLAVA.name();
  private static final String LMMS_EVAL = "lmms-eval";
  private static final String TABLE = "table with ";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Columns of examples, whose pictures are known by their hashes. */
  private static final String[] EXAMPLES = {
    "benchmark", "split", "image_id", "image_sha256", "width", "height", "questions"
  };

  private static final String[] SCORES = {
    "benchmark",
    "split",
    "question_id",
    "profile",
    "category",
    "parsed",
    "gold",
    "unparsed",
    "score"
  };

  /** Of a hash that this makes; those of tables are whole. */
  private static final int DIGITS_OF_HASH = 16;

  /** Decimals of figures: the last digits follow from the order in which Spark's tasks end. */
  private static final int DIGITS = 9;

  /** The profiles that there were; others came later. */
  private static final List<String> PROFILES = List.of(Benchmark.OFFICIAL, Benchmark.LMMS_EVAL);

  /**
   * Returns what is read in every split, and in the first one under all wordings that there are;
   * and how answers are scored under all {@link #PROFILES}.
   */
  List<String> readings(String name) throws IOException {
    Benchmark benchmark = Benchmarks.KNOWN.named(name);
    List<String> lines = new ArrayList<>();
    for (Layout layout : Layout.of(name)) {
      Path files = written(layout);
      for (String split : layout.splits()) {
        String questions =
            read(benchmark, split, files, LLAVA).map(FormerBenchmarks::text).orElse("refused");
        lines.add(line(layout, split, "read with " + LLAVA, questions));
      }
      String first = layout.splits().get(0);
      for (String prompts : PromptProfile.names()) {
        if (!prompts.equals(LLAVA)) {
          read(benchmark, first, files, prompts)
              .map(questions -> line(layout, first, "read with " + prompts, text(questions)))
              .ifPresent(lines::add);
        }
      }
      Optional<List<BenchmarkQuestion>> questions = read(benchmark, first, files, LLAVA);
      if (questions.isPresent()) {
        for (String profile : PROFILES) {
          String scores = scored(benchmark, profile, questions.get());
          lines.add(line(layout, first, "scored by " + profile, scores));
        }
      }
    }
    return lines;
  }

  private static String line(Layout layout, String split, String what, String value) {
    return String.join("\t", layout.benchmark(), layout.name(), split, what, value);
  }

  private static Optional<List<BenchmarkQuestion>> read(
      Benchmark benchmark, String split, Path files, String prompts) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    try {
      benchmark.read(
          Reading.source(Optional.of(split).filter(name -> !name.isEmpty()), files),
          benchmark.prompts(Optional.of(prompts)),
          questions::add);
    } catch (DataException | IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(questions);
  }

  private static String text(List<BenchmarkQuestion> questions) {
    List<String> texts = new ArrayList<>();
    for (BenchmarkQuestion question : questions) {
      texts.addAll(
          List.of(
              question.id(),
              question.image().map(ImagePlace::id).orElse("none"),
              question.prompt(),
              question.maxNewTokens().toString(),
              question.question(),
              question.category(),
              question.answers().toString(),
              question.options().toString(),
              new TreeMap<>(question.extra()).toString()));
    }
    return questions.size() + " questions, " + sha256(texts);
  }

  private static String scored(
      Benchmark benchmark, String profile, List<BenchmarkQuestion> questions) {
    List<String> texts = new ArrayList<>();
    double sum = 0;
    for (BenchmarkQuestion question : questions) {
      if (benchmark.gold(question.reference()).isPresent()) {
        texts.add(benchmark.gold(question.reference()).get());
        for (String answer : SpokenAnswers.to(question)) {
          Score score = benchmark.score(profile, answer, question.reference());
          texts.add(score.parsed() + " " + score.unparsed() + " " + score.value());
          sum += score.value();
        }
      }
    }
    return rounded(sum) + " points, " + sha256(texts);
  }

  /**
   * Returns the hashes of tables, as {@code prepare} states them, and of their rows: each value
   * once. Where a table repeats one, the questions that are read do, too; and another wording
   * changes only the prompts, for which the first layout is enough.
   */
  List<String> tables(String name, SparkSession spark) throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Layout layout : Layout.of(name)) {
      for (String split : layout.splits()) {
        String value = table(spark, layout, split, LLAVA);
        lines.putIfAbsent(value, line(layout, split, TABLE + LLAVA, value));
      }
    }
    Layout first = Layout.of(name).get(0);
    String value = table(spark, first, first.splits().get(0), LMMS_EVAL);
    lines.putIfAbsent(value, line(first, first.splits().get(0), TABLE + LMMS_EVAL, value));
    return List.copyOf(lines.values());
  }

  /** Returns a line of {@link #tables} with the value that it has now. */
  String table(String line, SparkSession spark) throws IOException {
    String[] columns = line.split("\t");
    Layout layout =
        Layout.of(columns[0]).stream()
            .filter(one -> one.name().equals(columns[1]))
            .findFirst()
            .orElseThrow();
    String prompts = columns[3].substring(TABLE.length());
    return line(layout, columns[2], columns[3], table(spark, layout, columns[2], prompts));
  }

  private String table(SparkSession spark, Layout layout, String split, String prompts)
      throws IOException {
    Path files = written(layout);
    Path table = empty("tables").resolve("examples");
    List<String> arguments = new ArrayList<>(List.of("prepare"));
    arguments.addAll(List.of("--prompts", prompts, "--output", table.toString()));
    if (run(arguments, layout, split, files).code() != 0) {
      return "refused";
    }
    JsonNode contents = JSON.readTree(table.resolve("_manifest.json").toFile()).get("contents");
    assertThat(contents).hasSize(1);
    return "examples_sha256 %s, prompts_sha256 %s, rows %s"
        .formatted(
            contents.get(0).get("examples_sha256").textValue(),
            contents.get(0).get("prompts_sha256").textValue(),
            sha256(rows(spark, Table.EXAMPLES, table, EXAMPLES)));
  }

  private static CommandLineRun run(
      List<String> arguments, Layout layout, String split, Path files) {
    arguments.addAll(List.of("--benchmark", layout.benchmark(), "--source", files.toString()));
    if (!split.isEmpty()) {
      arguments.addAll(List.of("--split", split));
    }
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<String> rows(
      SparkSession spark, Table<?> table, Path place, String[] columns) {
    return table
        .written(spark, List.of(place.toString()))
        .selectExpr(columns)
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  /**
   * Returns the figures of made-up answers, the hash of the scores' rows and that of what is handed
   * in: under the benchmark's own profile, and of the first layout under all.
   */
  List<String> figures(List<Layout> layouts, SparkSession spark) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Layout layout : layouts) {
      Benchmark benchmark = Benchmarks.KNOWN.named(layout.benchmark());
      Path files = written(layout);
      String split = layout.splits().get(0);
      Optional<List<BenchmarkQuestion>> questions = read(benchmark, split, files, LLAVA);
      if (questions.isPresent() && canBeScored(benchmark, questions.get())) {
        for (String profile : lines.isEmpty() ? PROFILES : PROFILES.subList(0, 1)) {
          lines.add(
              line(
                  layout,
                  split,
                  "figures by " + profile,
                  figures(spark, layout, files, profile, questions.get())));
        }
      }
    }
    return lines;
  }

  /** Returns whether there are answers to compare with, or else a file to hand in. */
  private static boolean canBeScored(Benchmark benchmark, List<BenchmarkQuestion> questions) {
    return benchmark.submission().isPresent()
        || questions.stream().anyMatch(one -> benchmark.gold(one.reference()).isPresent());
  }

  private String figures(
      SparkSession spark,
      Layout layout,
      Path files,
      String profile,
      List<BenchmarkQuestion> questions)
      throws IOException {
    Path place = empty("scores");
    Path output = place.resolve("output");
    Path export = place.resolve("export");
    List<String> arguments = new ArrayList<>(List.of("score", "--profile", profile));
    arguments.addAll(List.of("--output", output.toString(), "--answers"));
    arguments.addAll(answers(layout, questions, place));
    boolean handedIn = Benchmarks.KNOWN.named(layout.benchmark()).submission().isPresent();
    if (handedIn) {
      arguments.addAll(List.of("--export", export.toString()));
    }
    CommandLineRun run = run(arguments, layout, layout.splits().get(0), files);
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, String> figures = new TreeMap<>();
    for (Row row :
        spark
            .read()
            .schema("metric STRING, category STRING, value DOUBLE")
            .parquet(output.resolve("metrics").toString())
            .collectAsList()) {
      figures.put(
          row.getString(0) + "/" + row.getString(1),
          row.isNullAt(2) ? "none" : rounded(row.getDouble(2)));
    }
    return "%s, rows %s, handed in %s"
        .formatted(
            figures,
            sha256(rows(spark, Table.SCORES, output.resolve("scores"), SCORES)),
            handedIn ? sha256(files(export)) : "nothing");
  }

  /** Writes answers as LLaVA does, or to POPE's questions with its own ids as its authors do. */
  private static List<String> answers(Layout layout, List<BenchmarkQuestion> questions, Path folder)
      throws IOException {
    Map<String, List<String>> files = new TreeMap<>();
    for (int i = 0; i < questions.size(); i++) {
      BenchmarkQuestion question = questions.get(i);
      List<String> spoken = SpokenAnswers.to(question);
      String answer = spoken.get(i % 2 == 0 ? i : spoken.size() - i);
      ObjectNode line = JSON.createObjectNode();
      boolean own = question.id().contains("/") && layout.benchmark().equals("pope");
      if (own) {
        line.put("question", question.question()).put("answer", answer);
      } else {
        String id = question.extra().get("number"); // of VizWiz's answers
        line.set("question_id", id == null ? question.fileId() : new TextNode(id));
        line.put("prompt", question.prompt()).put("text", answer).put("model_id", "m");
      }
      files
          .computeIfAbsent(own ? question.category() : "answers", name -> new ArrayList<>())
          .add(line.toString());
    }
    List<String> places = new ArrayList<>();
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      places.add(Files.write(folder.resolve(file.getKey() + ".jsonl"), file.getValue()).toString());
    }
    return places;
  }

  private static List<String> files(Path folder) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : new TreeSet<>(all.toList())) {
        if (Files.isRegularFile(file) && !file.toString().endsWith(".crc")) {
          files.add(folder.relativize(file).toString());
          files.add(Files.readString(file));
        }
      }
    }
    return files;
  }

  private Path written(Layout layout) throws IOException {
    Path files = empty("files");
    layout.write(files);
    return files;
  }

  private Path empty(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  private static String rounded(double value) {
    return BigDecimal.valueOf(value)
        .setScale(DIGITS, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String sha256(List<String> texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        digest.update((text.length() + " " + text + "\n").getBytes(UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS_OF_HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
