package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpExchange;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Noise;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.ReplyCounts;
import io.prumerge.store.SentRequests;
import io.prumerge.store.Table;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.filefilter.RegexFileFilter;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests evaluate and sweep with models behind a service. */
@Tag("spark")
class EndpointRunTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  /** Of which two are no pictures; each has two questions. */
  private static final int IMAGES = 8;

  private static final int ASKED = 2 * (IMAGES - 2);

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private String output;

  @BeforeAll
  static void examples() throws IOException {
    LocalSpark.session();
    DogsAndCats pope = DogsAndCats.drawn(shared.resolve("pope"), IMAGES);
    pope.damage(1);
    Files.delete(pope.image(2));
    pope.prepare(shared.resolve("examples"));
  }

  @BeforeEach
  void output() {
    output = folder.resolve("run").toString();
  }

  private CommandLineRun evaluate(EndpointServer server, String... more) {
    List<String> arguments = arguments(server, more);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** Runs {@code evaluate} without its report. */
  private void answerOnly(EndpointServer server, String... more) throws IOException {
    AnswersOnly.run(LocalSpark.session(), arguments(server, more).toArray(String[]::new));
  }

  private List<String> arguments(EndpointServer server, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", server.model()));
    arguments.addAll(List.of("--examples", shared.resolve("examples").toString()));
    arguments.addAll(List.of("--output", output));
    if (!List.of(more).contains("--max-error-rate")) {
      arguments.addAll(List.of("--max-error-rate", "1"));
    }
    arguments.addAll(List.of("--method", "none"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private List<Row> rows(Table<?> table, String place, String where) {
    return table
        .read(LocalSpark.session(), List.of(output + "/" + place))
        .where(where)
        .collectAsList();
  }

  private List<String> errors() {
    return rows(Table.PREDICTIONS, "predictions", "error IS NOT NULL").stream()
        .map(row -> row.<String>getAs("error").replaceFirst(":.*", ""))
        .sorted()
        .toList();
  }

  @Test
  void isTheSameJobAsForACheckpoint() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      CommandLineRun run = evaluate(server);

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(lineOfReplies(run))
          .matches(
              "Counted 16 questions to their/model: 12 answered, 2 image_missing, 2"
                  + " image_unsupported; 12 requests(?: in \\d+ tries)?; 12 answers: 12 with token"
                  + " counts");
      assertThat(run.err())
          .contains(
              "Pictures and questions leave this cluster: 16 requests to %s for the model their/model, at most 8 at a time"
                  .formatted(server.url()));
      assertThat(server.asked).hasSize(ASKED);
      assertThat(server.asked.stream().distinct().count()).isEqualTo(ASKED);
      assertThat(server.asked)
          .allMatch(one -> one.image().startsWith("data:image/png;base64,"))
          .allMatch(one -> one.text().endsWith("single word or phrase."));
      assertThat(server.probes).hasValue(1);

      assertThat(errors())
          .containsExactly(
              "image_missing", "image_missing", "image_unsupported", "image_unsupported");
      List<Row> answered = rows(Table.PREDICTIONS, "predictions", "error IS NULL");
      assertThat(answered).hasSize(ASKED);
      for (Row row : answered) {
        assertThat(row.<String>getAs("model")).isEqualTo("their/model");
        assertThat(row.<String>getAs("method")).isEqualTo("none");
        assertThat(row.<String>getAs("answer")).isEqualTo("Yes");
        assertThat(row.<String>getAs("finish_reason")).isEqualTo("eos");
        assertThat(row.<Integer>getAs("prompt_tokens")).isEqualTo(40);
        assertThat(row.<Integer>getAs("generated_tokens")).isEqualTo(2);
        assertThat(row.<Double>getAs("ms_request")).isPositive();
        assertThat(row.<String>getAs("host")).isNotEmpty();
      }
      Set<String> unknown =
          Stream.of(Table.PREDICTIONS.schema().fieldNames())
              .filter(
                  name ->
                      name.startsWith("flops_")
                          || name.startsWith("visual_tokens_")
                          || name.startsWith("ms_") && !name.equals("ms_request"))
              .collect(Collectors.toCollection(HashSet::new));
      unknown.addAll(
          List.of(
              "text_tokens",
              "kept_indices",
              "kv_cache_bytes",
              "dtype",
              "device",
              "assigned_device"));
      assertThat(unknown).hasSize(24);
      assertThat(rows(Table.PREDICTIONS, "predictions", "true"))
          .allSatisfy(
              row ->
                  assertThat(unknown)
                      .allSatisfy(name -> assertThat(row.<Object>getAs(name)).isNull()));

      Row metric =
          rows(
                  Metric.TABLE,
                  "report/metrics",
                  "metric = 'recall_answered_only' AND category = 'all' AND profile = 'official'")
              .stream()
              .findFirst()
              .orElseThrow();
      assertThat(metric.<Double>getAs("value"))
          .as("it says yes to everything")
          .isEqualTo(100, within(1e-9));
      Row cost = rows(Table.EFFICIENCY, "report/efficiency", "true").get(0);
      assertThat(cost.<Double>getAs("prompt_tokens_mean")).isEqualTo(40);
      assertThat(cost.<Double>getAs("flops_total_mean")).isNull();
      assertThat(cost.<Double>getAs("ms_total_mean")).isNull();
      assertThat(cost.<Double>getAs("ms_request_mean")).isPositive();
      Row record = rows(Table.RUNS, "report/runs", "true").get(0);
      assertThat(record.<String>getAs("model_path")).isEqualTo(server.model());
      assertThat(record.<String>getAs("dtype")).isNull();
      assertThat(record.<String>getAs("weights_sha256")).isNull();
      assertThat(cost.<Long>getAs("prompt_tokens_sum")).isEqualTo(40L * ASKED);
      assertThat(cost.<Long>getAs("visual_tokens_after_sum")).isNull();
      assertThat(Path.of(output, "report", "report.html"))
          .content()
          .contains("tokens unknown", "id=\"requests\"", "<small>40.0 each</small>")
          .doesNotContain("id=\"tradeoff\"", "id=\"tokens\"", "id=\"time\"");
      assertThat(Path.of(output, "report", "report.md"))
          .content()
          .startsWith("# their/model")
          .contains("| method | retention % | POPE F1 |\n")
          .doesNotContainPattern("\\|(?: [^|]* \\|)* (?:GFLOPs|visual tokens|ms) \\|");
      assertThat(run.out()).doesNotContain("GFLOPs", "tokens  ");
    }
  }

  @Test
  @Tag("slow")
  void standsInASweepBesideACheckpointThatIsAskedUnderMoreMethods() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      Path file =
          Files.writeString(
              folder.resolve("sweep.yaml"),
              """
              models: ["%s", "%s"]
              examples: ["%s"]
              methods: [none, prumerge]
              device: cpu
              dtype: fp32
              max_new_tokens: 2
              max_error_rate: 1
              """
                  .formatted(server.model(), MODEL, shared.resolve("examples")));

      CommandLineRun run = CommandLineRun.of("sweep", file.toString(), "--output", output);

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("it is asked under none only, not under prumerge");
      Map<String, Long> counts =
          rows(Table.PREDICTIONS, "predictions", "true").stream()
              .map(row -> row.<String>getAs("model") + " " + row.<String>getAs("method"))
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      assertThat(counts)
          .isEqualTo(
              Map.of("mini-llava none", 16L, "mini-llava prumerge", 16L, "their/model none", 16L));
      assertThat(rows(Table.PREDICTIONS, "predictions", "model = 'mini-llava' AND error IS NULL"))
          .allSatisfy(
              row ->
                  assertThat(row.<Integer>getAs("prompt_tokens"))
                      .isEqualTo(
                          row.<Integer>getAs("text_tokens")
                              + row.<Integer>getAs("visual_tokens_after")));
      assertThat(rows(MethodSummary.TABLE, "report/summary", "true"))
          .hasSize(3)
          .filteredOn(row -> row.getAs("model").equals("their/model"))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.<Double>getAs("flops_total_mean")).isNull();
                assertThat(row.<Boolean>getAs("pareto")).isNull();
                assertThat(row.<Double>getAs("retention")).isEqualTo(100);
              });
      assertThat(rows(Table.EFFICIENCY, "report/efficiency", "model = 'mini-llava'"))
          .allSatisfy(
              row -> {
                assertThat(row.<Double>getAs("flops_total_mean")).isPositive();
                assertThat(row.<Double>getAs("ms_request_p50")).isNull();
              });
      assertThat(Path.of(output, "report", "report.html"))
          .content()
          .as("bars of the checkpoint's methods alone")
          .containsPattern("&quot;millis&quot;:\\{&quot;who&quot;:\\[\\d,\\d],")
          .contains("<h2>Time and FLOPs</h2>", "<h2>Requests</h2>");
      assertThat(run.out()).contains("their/model");
    }
  }

  @Test
  @Tag("soak")
  void theRequestsUnderWayAreBoundedInAll() throws IOException {
    EndpointServer.Reply slow =
        (exchange, asked) -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          EndpointServer.says(exchange, "No");
        };
    for (String[] dealt :
        List.of(
            new String[] {"--endpoint-requests", "3", "--partitions", "8", "--chunks", "2"},
            new String[] {"--endpoint-requests", "1", "--chunks", "3"},
            new String[] {"--endpoint-requests", "4"})) {
      output = folder.resolve("run" + dealt[1]).toString();
      try (EndpointServer server = new EndpointServer(slow)) {
        CommandLineRun run = evaluate(server, dealt);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(server.asked).hasSize(ASKED);
        int allowed = Integer.parseInt(dealt[1]);
        assertThat(server.most()).isBetween(allowed == 4 ? 2 : 1, allowed);
      }
    }
  }

  /** No question twice: a service may keep what it made of a picture. */
  @Test
  void roundTripsAreTimedOneAtATimeWithoutAWarmUp() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      CommandLineRun run = evaluate(server, "--timing", "alone");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(server.asked).hasSize(ASKED);
      assertThat(server.most()).isOne();
      for (Row row : rows(Table.PREDICTIONS, "predictions", "error IS NULL")) {
        assertThat(row.<String>getAs("timing")).isEqualTo("alone");
        assertThat(row.<Double>getAs("ms_request")).isPositive();
        assertThat(row.<Object>getAs("ms_first_token")).isNull();
      }
      Row cost = rows(Table.EFFICIENCY, "report/efficiency", "true").get(0);
      assertThat(cost.<Double>getAs("ms_p95")).isGreaterThanOrEqualTo(cost.getAs("ms_p50"));
      assertThat(cost.<Double>getAs("speedup")).isOne();
      assertThat(Path.of(output, "report", "report.md")).content().contains("(round trip)");
    }
  }

  /** The service is broken for one question about a dog, of cats it says nothing. */
  @Test
  void whatFailsIsARowOrIsAskedAgain() throws IOException {
    Set<String> busy = new HashSet<>();
    try (EndpointServer server =
        new EndpointServer(
            (exchange, asked) -> {
              synchronized (busy) {
                if (asked.text().contains("dog") && busy.isEmpty()) {
                  busy.add(asked.image());
                }
              }
              if (asked.text().contains("dog") && busy.contains(asked.image())) {
                EndpointServer.send(exchange, 500, "Internal Server Error");
              } else if (asked.number() > 0 && asked.text().contains("cat")) {
                EndpointServer.send(
                    exchange,
                    200,
                    "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\":"
                        + " null}}]}");
              } else {
                EndpointServer.says(exchange, "Yes");
              }
            })) {
      CommandLineRun run = evaluate(server, "--max-error-rate", "0.5");

      assertThat(run.code()).as("more errors than allowed").isEqualTo(ExitCode.FAILED);
      assertThat(run.err())
          .contains("of 16 answers are errors")
          .contains("2 answers with image_missing: ", "2 answers with image_unsupported: ")
          .contains("--resume --retry-errors endpoint_failed asks the questions of the other 7");
      assertThat(Path.of(output, "report", "report.html"))
          .content()
          .contains("endpoint_failed", "status 500: Internal Server Error");
      // Of six pictures: the dog of one, and the cat of each.
      assertThat(errors()).filteredOn(kind -> kind.equals("endpoint_failed")).hasSize(1 + 6);
      assertThat(
              server.asked.stream()
                  .filter(one -> busy.contains(one.image()) && one.text().contains("dog")))
          .hasSize(3);
    }
  }

  private static final EndpointServer.Reply NO_CATS =
      (exchange, asked) -> {
        if (asked.text().contains("cat")) {
          EndpointServer.send(exchange, 400, "{\"error\": {\"message\": \"no cats\"}}");
        } else {
          EndpointServer.says(exchange, "Yes");
        }
      };

  /** The row of each answer; with its times, so that an answer that was asked again is another. */
  private Set<String> answers(String where) {
    return rows(Table.PREDICTIONS, "predictions", where).stream()
        .map(Row::toString)
        .collect(Collectors.toSet());
  }

  /**
   * Returns what is kept of the replies to the run's only model: the predictions', then repeats'.
   */
  private List<ReplyCounts> replies() throws IOException {
    List<ReplyCounts> replies = complete().replies().values().iterator().next();
    assertThat(replies).allMatch(ReplyCounts::closes);
    List<Row> answers = rows(Table.PREDICTIONS, "predictions", "true");
    assertThat(complete().replies()).containsOnlyKeys(answers.get(0).<String>getAs("run_id"));
    assertThat(replies.get(0).questions()).isEqualTo(answers.size());
    assertThat(replies.get(0).questions() - replies.get(0).answered()).isEqualTo(errors().size());
    return replies;
  }

  /**
   * Checks the counts of the run and its repeats. A connection that breaks before the server reads
   * the question is a try too, of which the server knows nothing.
   */
  private void assertReplies(ReplyCounts... expected) throws IOException {
    List<ReplyCounts> replies = replies();
    assertThat(replies).hasSize(expected.length);
    for (int part = 0; part < expected.length; part++) {
      SentRequests sent = replies.get(part).sent().get(0);
      SentRequests least = expected[part].sent().get(0);
      assertThat(sent)
          .isEqualTo(new SentRequests(least.requests(), sent.tries(), least.reused()))
          .satisfies(all -> assertThat(all.tries()).isGreaterThanOrEqualTo(least.tries()));
      assertThat(replies.get(part))
          .usingRecursiveComparison()
          .ignoringFields("sent")
          .isEqualTo(expected[part]);
    }
  }

  private static ReplyCounts counts(
      long answered, Map<String, Long> errors, long counted, SentRequests sent) {
    return new ReplyCounts(
        2 * IMAGES, answered, new TreeMap<>(errors), counted, answered - counted, List.of(sent));
  }

  private static String lineOfReplies(CommandLineRun run) {
    return run.err()
        .lines()
        .filter(line -> line.startsWith("Counted ") && line.contains(" to their/model"))
        .collect(Collectors.joining("\n"));
  }

  private static final Map<String, Long> NO_PICTURE =
      Map.of("image_missing", 2L, "image_unsupported", 2L);

  /**
   * Of its first six questions one is tried again, one refused, two not counted, one miscounted.
   */
  private static void asSomeServersDo(HttpExchange exchange, EndpointServer.Asked asked)
      throws IOException {
    switch (asked.number()) {
      case 1 -> EndpointServer.send(exchange, 503, "busy");
      case 2 -> EndpointServer.send(exchange, 400, "{\"error\": {\"message\": \"no\"}}");
      case 3 -> EndpointServer.saysUncounted(exchange, "Yes", "");
      case 4 -> EndpointServer.saysUncounted(exchange, "Yes", ", \"usage\": null");
      case 5 ->
          EndpointServer.saysUncounted(
              exchange, "Yes", ", \"usage\": {\"prompt_tokens\": 0, \"completion_tokens\": 2}");
      default -> EndpointServer.says(exchange, "Yes");
    }
  }

  @Test
  void eachQuestionIsCountedOnceHoweverOftenItIsSent() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointRunTest::asSomeServersDo)) {
      CommandLineRun run = evaluate(server, "--endpoint-requests", "1", "--chunks", "3");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(server.asked).hasSize(ASKED + 1);
      Map<String, Long> errors = new HashMap<>(NO_PICTURE);
      errors.put("endpoint_failed", 1L);
      assertReplies(counts(ASKED - 1, errors, ASKED - 4, new SentRequests(ASKED, ASKED + 1, 0)));
      assertThat(lineOfReplies(run))
          .matches(
              "Counted 16 questions to their/model: 11 answered, 1 endpoint_failed, 2"
                  + " image_missing, 2 image_unsupported; 12 requests in 1[3-9] tries; 11 answers:"
                  + " 8 with token counts, 3 without");
      Row cost = rows(Table.EFFICIENCY, "report/efficiency", "true").get(0);
      assertThat(cost.<Long>getAs("n_requests")).isEqualTo(ASKED);
      assertThat(cost.<Long>getAs("n_tries")).isGreaterThan(ASKED);
      assertThat(cost.<Long>getAs("n_prompt_tokens")).isEqualTo(ASKED - 4);
      assertThat(rows(Table.PREDICTIONS, "predictions", "tries > 1")).isNotEmpty();
      assertThat(rows(Table.PREDICTIONS, "predictions", "tries = 0"))
          .hasSize(4)
          .allMatch(row -> row.<String>getAs("error").startsWith("image_"));
      assertThat(Path.of(output, "report", "report.md"))
          .content()
          .containsPattern(
              "\\| pope test \\| none \\| 16 \\| 12 \\(in 1[3-9] tries\\) \\| 11 \\| 5 \\| .* of 8"
                  + " counted\\) \\|.* \\(0 of 11");
    }
  }

  @Test
  void theCountsOfRepliesSurviveACrashAndErrorsThatAreAskedAgain() throws IOException {
    String[] dealt = {"--chunks", "4", "--endpoint-requests", "1"};
    String[] resume = Stream.concat(Stream.of(dealt), Stream.of("--resume")).toArray(String[]::new);
    try (EndpointServer server =
        new EndpointServer(
            (exchange, asked) -> {
              if (asked.number() > 6) {
                EndpointServer.send(exchange, 401, "{\"error\": {\"message\": \"expired\"}}");
              } else {
                NO_CATS.to(exchange, asked);
              }
            })) {
      assertThat(evaluate(server, dealt).code()).isEqualTo(ExitCode.FAILED);
      server.now(NO_CATS);
      answerOnly(server, resume);
      Map<String, Long> errors = new HashMap<>(NO_PICTURE);
      errors.put("endpoint_failed", 6L);
      assertReplies(counts(6, errors, 6, new SentRequests(ASKED, ASKED, 0)));

      AtomicInteger cats = new AtomicInteger();
      server.now(
          (exchange, asked) -> {
            if (asked.text().contains("cat") && cats.incrementAndGet() % 2 == 1) {
              EndpointServer.send(exchange, 502, "not yet");
            } else {
              EndpointServer.says(exchange, "Yes");
            }
          });
      List<String> retry = new ArrayList<>(List.of(resume));
      retry.addAll(List.of("--retry-errors", "endpoint_failed"));
      answerOnly(server, retry.toArray(String[]::new));
      // Each cat in two tries; those that were refused before are asked anew.
      assertReplies(counts(ASKED, NO_PICTURE, ASKED, new SentRequests(ASKED, ASKED + 6, 0)));
    }
  }

  @Test
  void repeatsAreAskedAnewAndCountedBesideAnswersFromACache() throws IOException {
    String[] cached = {
      "--answer-cache", folder.resolve("cache").toString(), "--endpoint-version", "1"
    };
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      answerOnly(server, cached);
      ReplyCounts own = counts(ASKED, NO_PICTURE, ASKED, new SentRequests(ASKED, ASKED, 0));
      assertReplies(own);
      assertThat(server.asked).hasSize(ASKED);
      server.probes.set(0);

      output = folder.resolve("second").toString();
      CommandLineRun run =
          evaluate(server, cached[0], cached[1], cached[2], cached[3], "--repeat=1");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("Pictures and questions leave this cluster: 32 requests to ");
      assertThat(server.asked).hasSize(2 * ASKED);
      assertThat(server.asked.stream().map(one -> one.image() + one.text()).distinct())
          .hasSize(ASKED);
      assertThat(server.probes).hasValue(1);
      assertReplies(counts(ASKED, NO_PICTURE, ASKED, new SentRequests(0, 0, ASKED)), own);
      assertThat(lineOfReplies(run))
          .contains("; 0 requests, 12 answered from a cache; ")
          .contains(
              "\nCounted of repeat 1: 16 questions to their/model: 12 answered, 2 image_missing");
      assertThat(rows(Table.REPEATS, "repeats", "answer = 'Yes' AND margin IS NULL"))
          .hasSize(ASKED);
      assertThat(rows(Noise.TABLE, "report/noise", "answers_changed = 0 AND value_spread = 0"))
          .hasSize(1);
    }
  }

  /** Its chunks say of no question how often it was sent, and {@code _COMPLETE} of no reply. */
  @Test
  void aRunOfAnEarlierVersionIsReadAndFinished() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      answerOnly(server, "--chunks", "2");
      server.asked.clear();
      for (org.apache.hadoop.fs.Path chunk :
          new RunDirectory(root, root.getFileSystem(new Configuration())).committed().values()) {
        Path former = folder.resolve(chunk.getName());
        LocalSpark.session()
            .read()
            .parquet(chunk.toString())
            .drop("tries")
            .write()
            .parquet(former.toString());
        FileUtils.deleteDirectory(new File(chunk.toUri().getPath()));
        FileUtils.moveDirectory(former.toFile(), new File(chunk.toUri().getPath()));
      }
      for (File marker :
          FileUtils.listFiles(
              new File(output, "_chunks"), new RegexFileFilter("committed-.*"), null)) {
        rewrite(marker.toPath(), ",\\s*\"files\" : \\{[^}]*}");
      }
      Path complete = Path.of(output, CompleteTables.NAME);
      Files.delete(complete);
      for (String made : List.of("_tables", "predictions")) {
        FileUtils.deleteDirectory(Path.of(output, made).toFile());
      }

      CommandLineRun resumed = evaluate(server, "--chunks", "2", "--resume");
      assertThat(resumed.code()).as(resumed.err()).isZero();
      assertThat(server.asked).isEmpty();
      assertThat(replies())
          .containsExactly(
              new ReplyCounts(16, ASKED, new TreeMap<>(NO_PICTURE), ASKED, 0, List.of()));
      assertThat(lineOfReplies(resumed)).contains("; requests not counted; 12 answers: 12 with");
      assertThat(rows(Table.EFFICIENCY, "report/efficiency", "n_requests IS NULL")).hasSize(1);

      rewrite(complete, "(?s),\\s*\"replies\" : \\{.*}(?=\\s*})");
      assertThat(complete().replies()).isEmpty();
      CommandLineRun again = evaluate(server, "--chunks", "2", "--resume");
      assertThat(again.code()).as(again.err()).isZero();
      CommandLineRun report =
          CommandLineRun.of(
              "report", "--runs", output, "--output", folder.resolve("report").toString());
      assertThat(report.code()).as(report.err()).isZero();
    }
  }

  /** Takes a field out of a file of JSON, with Hadoop's checksum of it. */
  private static void rewrite(Path json, String field) throws IOException {
    String text = Files.readString(json);
    String former = text.replaceFirst(field, "");
    assertThat(former).isNotEqualTo(text);
    Files.writeString(json, former);
    Files.deleteIfExists(json.resolveSibling("." + json.getFileName() + ".crc"));
  }

  private CompleteTables complete() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
    return new RunDirectory(root, root.getFileSystem(new Configuration()))
        .completed()
        .orElseThrow();
  }

  @Test
  @Tag("slow")
  void errorsOfAFinishedRunAreAskedAgainAndGoOnAfterACrash() throws IOException {
    String[] dealt = {"--chunks", "4", "--endpoint-requests", "1", "--resume"};
    String[] resume =
        Stream.concat(Stream.of("--max-error-rate", "0.3"), Stream.of(dealt))
            .toArray(String[]::new);
    String[] retry =
        Stream.concat(Stream.of(resume), Stream.of("--retry-errors", "endpoint_failed"))
            .toArray(String[]::new);
    try (EndpointServer server = new EndpointServer(NO_CATS)) {
      CommandLineRun ill = evaluate(server, resume);
      assertThat(ill.code()).as("10 of 16 are errors").isEqualTo(ExitCode.FAILED);
      assertThat(errors()).filteredOn(kind -> kind.equals("endpoint_failed")).hasSize(6);
      Set<String> good = answers("error IS NULL");
      Set<String> broken = answers("error LIKE 'image%'");
      String report = Files.readString(Path.of(output, "report", "report.md"));
      server.asked.clear();
      assertThat(evaluate(server, resume).code()).as("as it is").isEqualTo(ExitCode.FAILED);
      assertThat(server.asked).isEmpty();

      int left = leftByACrash(server, retry, dealt);
      server.now(EndpointServer.YES);
      CommandLineRun healed = evaluate(server, retry);
      assertThat(healed.code()).as(healed.err()).isZero();
      assertThat(healed.out()).contains("Asking again: " + left + " answer");
      assertThat(server.asked).hasSize(left).allMatch(one -> one.text().contains("cat"));
      assertThat(rows(Table.PREDICTIONS, "predictions", "true")).hasSize(2 * IMAGES);
      assertThat(answers("error IS NULL")).hasSize(ASKED).containsAll(good);
      assertThat(answers("error IS NOT NULL")).isEqualTo(broken);
      assertThat(rows(Table.SCORES, "scores", "profile = 'official'")).hasSize(2 * IMAGES);
      assertThat(complete().errors()).isEqualTo(4);
      assertThat(rows(Table.RUNS, "report/runs", "true").get(0).<Long>getAs("n_errors"))
          .isEqualTo(4);
      assertThat(Path.of(output, "report", "report.md")).content().isNotEqualTo(report);

      server.asked.clear();
      server.probes.set(0);
      CommandLineRun nothing = evaluate(server, retry);
      assertThat(nothing.code()).as(nothing.err()).isZero();
      assertThat(nothing.out())
          .contains("No answer has an error that was to be asked again", "is complete: ");
      assertThat(server.probes).hasValue(0);

      String attempt = complete().attempt();
      CommandLineRun all =
          evaluate(
              server,
              Stream.concat(Stream.of(resume), Stream.of("--retry-errors")).toArray(String[]::new));
      assertThat(all.code()).as(all.err()).isZero();
      assertThat(all.out()).contains("Asking again: 4 answers with errors");
      assertThat(server.asked).as("what is no picture never leaves").isEmpty();
      assertThat(complete().attempt()).as("tables without news stay").isEqualTo(attempt);
    }
  }

  /** Returns how many of the six errors that are asked again are left where the service ends. */
  private int leftByACrash(EndpointServer server, String[] retry, String[] dealt)
      throws IOException {
    Set<String> before = answers("true");
    server.now(
        (exchange, asked) -> {
          if (server.asked.size() > 4) {
            EndpointServer.send(exchange, 401, "{\"error\": {\"message\": \"expired\"}}");
          } else {
            EndpointServer.says(exchange, "Yes");
          }
        });
    assertThat(evaluate(server, retry).code()).isEqualTo(ExitCode.FAILED);
    assertThat(answers("true")).as("the old tables stay whole").isEqualTo(before);
    assertThat(complete().errors()).isEqualTo(10);

    server.asked.clear();
    CommandLineRun resumed = evaluate(server, dealt);
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(server.asked).isEmpty();
    int left = (int) complete().errors() - 4;
    assertThat(left).as("answered before the crash, and committed").isBetween(1, 5);
    assertThat(rows(Table.PREDICTIONS, "predictions", "true")).hasSize(2 * IMAGES);
    return left;
  }

  @Test
  void errorsAreAskedAgainOnlyOfARunThatIsResumed() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      CommandLineRun fresh = evaluate(server, "--retry-errors");
      assertThat(fresh.code()).isEqualTo(ExitCode.USAGE);
      assertThat(fresh.err()).contains("--retry-errors requires --resume or --take-over");

      CommandLineRun unknown = evaluate(server, "--resume", "--retry-errors", "bad_luck");
      assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
      assertThat(unknown.err()).contains("'bad_luck'");

      CommandLineRun tables = evaluate(server, "--resume", "--retry-errors", "--tables", "a.b");
      assertThat(tables.code()).isEqualTo(ExitCode.USAGE);
      assertThat(tables.err()).contains("--retry-errors does not go with --tables");
      assertThat(Path.of(output)).doesNotExist();
    }
  }

  @Test
  void nothingThatIsCommittedIsAskedAgain() throws IOException {
    try (EndpointServer server =
        new EndpointServer(
            (exchange, asked) -> {
              if (asked.number() > 6) {
                EndpointServer.send(exchange, 401, "{\"error\": {\"message\": \"expired\"}}");
              } else {
                EndpointServer.says(exchange, "Yes");
              }
            })) {
      String[] dealt = {"--chunks", "4", "--endpoint-requests", "1"};
      CommandLineRun broken = evaluate(server, dealt);
      assertThat(broken.code()).isEqualTo(ExitCode.FAILED);
      assertThat(broken.err())
          .contains("The endpoint " + server.model(), "status 401", "expired")
          .containsPattern("[123] of 4 chunks are committed; the same command with --resume goes");
      org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
      assertThat(new RunDirectory(root, root.getFileSystem(new Configuration())).markers())
          .as("committed before the key expired")
          .isNotEmpty();
      Set<String> before =
          server.asked.stream()
              .filter(one -> one.number() <= 6)
              .map(one -> one.image() + one.text())
              .collect(Collectors.toSet());
      server.asked.clear();

      server.now(EndpointServer.YES);
      List<String> again = new ArrayList<>(List.of(dealt));
      again.add("--resume");
      answerOnly(server, again.toArray(String[]::new));

      assertThat(server.asked.size()).isLessThan(ASKED);
      Set<String> after =
          server.asked.stream().map(one -> one.image() + one.text()).collect(Collectors.toSet());
      assertThat(after).hasSameSizeAs(server.asked);
      Set<String> all = new HashSet<>(before);
      all.addAll(after);
      assertThat(all).hasSize(ASKED);
      assertThat(rows(Table.PREDICTIONS, "predictions", "error IS NULL")).hasSize(ASKED);

      server.asked.clear();
      server.probes.set(0);
      assertThat(evaluate(server, again.toArray(String[]::new)).code()).isZero();
      assertThat(server.asked).isEmpty();
      assertThat(server.probes).as("nothing is left to ask").hasValue(0);
    }
  }

  @Test
  @Tag("soak")
  void answersAreCachedUnderALabelOnly() throws IOException {
    String[] cached = {"--answer-cache", folder.resolve("cache").toString()};
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      CommandLineRun refused = evaluate(server, cached);
      assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("without --endpoint-version: a label");
      assertThat(server.probes).hasValue(0);

      List<Integer> asked = new ArrayList<>();
      for (String version : List.of("2024-05", "2024-05", "2024-06")) {
        output = folder.resolve("run" + asked.size()).toString();
        CommandLineRun run = evaluate(server, cached[0], cached[1], "--endpoint-version", version);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(rows(Table.PREDICTIONS, "predictions", "error IS NULL"))
            .hasSize(ASKED)
            .allSatisfy(row -> assertThat(row.<Long>getAs("flops_executed")).isNull());
        asked.add(server.asked.size());
      }
      assertThat(asked).containsExactly(ASKED, ASKED, 2 * ASKED);

      output = folder.resolve("frames").toString();
      evaluate(
          server, cached[0], cached[1], "--endpoint-version", "2024-06", "--video-as", "frames");
      assertThat(server.asked).hasSize(3 * ASKED);
    }
  }

  @Test
  void aWrongEndpointLeavesNothingBehind() throws IOException {
    try (EndpointServer server =
        new EndpointServer(
            (exchange, asked) -> EndpointServer.send(exchange, 404, "no such model"))) {
      CommandLineRun run = evaluate(server);

      assertThat(run.code()).isEqualTo(ExitCode.FAILED);
      assertThat(run.err()).contains(server.model() + " refused: status 404: no such model");
      assertThat(Path.of(output, "manifest.json")).doesNotExist();
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void wrongSettingsAreRefusedBeforeAnythingIsSent() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      assertThat(
              Map.of(
                      "has the --method none, request:FIELD=N",
                      evaluate(server, "prumerge"),
                      "no weights here that a SHA-256 could pin",
                      evaluate(server, "--model-sha256", "0".repeat(64)),
                      "must be openai:URL#NAME",
                      evaluate(server, "--model", "openai:http://127.0.0.1/v1"),
                      "takes --model-sha256 with one --model only",
                      evaluate(
                          server, "--model", MODEL.toString(), "--model-sha256", "0".repeat(64)),
                      "--endpoint-requests must be at least 1",
                      evaluate(server, "--endpoint-requests", "0"),
                      "--endpoint-version must not be empty",
                      evaluate(server, "--endpoint-version", " "))
                  .entrySet())
          .allSatisfy(
              one -> {
                assertThat(one.getValue().err()).contains(one.getKey());
                assertThat(one.getValue().code()).isEqualTo(ExitCode.USAGE);
              });
      assertThat(server.probes).hasValue(0);
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void aDryRunSaysWhatWouldLeaveAndSendsNothing() throws IOException {
    try (EndpointServer server = new EndpointServer(EndpointServer.YES)) {
      CommandLineRun run = evaluate(server, "--dry-run");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("1 model x 16 questions x 1 method: 16 answers, 16 requests to endpoints")
          .contains("Pictures and questions leave this cluster: 16 requests to " + server.url())
          .contains("Tokens to pay to " + server.model() + ", estimated, of 12 requests: about ")
          .contains("those of the pictures in 12 requests are not known, since no checkpoint of")
          .contains("No model runs on the executors.");

      CommandLineRun json = evaluate(server, "--dry-run", "--json");
      assertThat(json.out())
          .contains("\"requests\" : 16", "\"notices\" : [ \"Of the examples' images, 1 is missing")
          .contains(", \"Pictures and questions leave this cluster: ");

      assertThat(json.out()).contains("\"paid_tokens\" : [ {", "\"visual_tokens\" : null,");
      CommandLineRun known =
          CommandLineRun.of(
              "evaluate",
              "--dry-run",
              "--model=openai:" + server.url() + "#" + MODEL,
              "--examples=" + shared.resolve("examples"),
              "--method=none",
              "--repeat=1",
              "--max-new-tokens=5");
      assertThat(known.out())
          .as(known.err())
          .contains("of 24 requests: about ", "; 3,456 of pictures; at most 120 of answers");

      CommandLineRun mixed = evaluate(server, "prumerge", "--model", MODEL.toString(), "--dry-run");
      assertThat(mixed.code()).as(mixed.err()).isZero();
      assertThat(mixed.out())
          .contains("2 models x 16 questions x 2 methods: 48 answers, about ")
          .contains("FLOP up to their first tokens, 16 requests to endpoints")
          .contains("the server's", "not under prumerge");
      assertThat(server.probes).hasValue(0);
      assertThat(server.asked).isEmpty();
    }
  }
}
