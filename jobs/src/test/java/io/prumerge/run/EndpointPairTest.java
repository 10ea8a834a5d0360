package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.Evaluation;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a model behind two servers, of which the second one drops every other image token and sees
 * no dog in a picture that is higher than wide. Each setting of POPE has a wide picture and a high
 * one, with a dog in each and no cat.
 */
@Tag("spark")
class EndpointPairTest {

  private static final int IMAGES = 6;
  private static final int QUESTIONS = 2 * IMAGES;
  private static final int TEXT = 10;

  /** One token is a square of as many pixels a side. */
  private static final int PATCH = 10;

  private static final int WIDE = 6 * 4;
  private static final int HIGH = 4 * 8;

  private static final EndpointServer.Reply WHOLE =
      (exchange, asked) -> EndpointServer.says(exchange, truth(asked), TEXT, tokens(asked));

  private static final EndpointServer.Reply HALF =
      (exchange, asked) ->
          EndpointServer.says(
              exchange, tokens(asked) == HIGH ? "No" : truth(asked), TEXT, tokens(asked) / 2);

  @TempDir private static Path shared;

  /** Beside a model all of whose tokens are counted; one server counts all, others some. */
  private static PairedRun counted;

  /** Beside a model of which those of high pictures are counted only. */
  private static PairedRun hardlyCounted;

  @TempDir private Path folder;

  private EndpointServer whole;
  private EndpointServer half;
  private String output;

  /**
   * What a run of a model with other servers came to.
   *
   * @param servers by label, the model's own under "none"; they are closed
   */
  private record PairedRun(CommandLineRun run, String output, Map<String, EndpointServer> servers) {

    /**
     * Runs {@code evaluate}.
     *
     * @param replies of the servers, by label; a label without one is another name of the model's
     *     own server
     */
    static PairedRun of(
        String name, Map<String, Optional<EndpointServer.Reply>> replies, String... more)
        throws IOException {
      Map<String, EndpointServer> servers = new LinkedHashMap<>();
      try {
        List<String> pairs = new ArrayList<>(List.of("--as"));
        for (Map.Entry<String, Optional<EndpointServer.Reply>> one : replies.entrySet()) {
          EndpointServer server =
              one.getValue().isPresent()
                  ? new EndpointServer(one.getValue().get())
                  : servers.get("none");
          servers.put(one.getKey(), server);
          if (!one.getKey().equals("none")) {
            pairs.add(as(one.getKey(), server));
          }
        }
        String output = shared.resolve(name).toString();
        String[] arguments = with(pairs.toArray(String[]::new), more);
        return new PairedRun(
            CommandLineRun.of(arguments(servers.get("none"), output, arguments)), output, servers);
      } finally {
        servers.values().forEach(EndpointServer::close);
      }
    }
  }

  @BeforeAll
  static void runs() throws IOException {
    LocalSpark.session();
    DogsAndCats pope = DogsAndCats.drawn(shared.resolve("pope"), IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage picture =
          i % 2 == 0
              ? new BufferedImage(6 * PATCH, 4 * PATCH, BufferedImage.TYPE_INT_RGB)
              : new BufferedImage(4 * PATCH, 8 * PATCH, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i, i, 0xff0000); // no two are the same
      ImageIO.write(picture, "png", pope.image(i).toFile());
    }
    pope.prepare(shared.resolve("examples"));
    counted = counted();
    hardlyCounted = hardlyCounted();
  }

  /** A server that has the prompt in its cache says that it has no tokens, or does not say. */
  private static PairedRun counted() throws IOException {
    Map<String, Optional<EndpointServer.Reply>> replies = new LinkedHashMap<>();
    replies.put("none", Optional.of(WHOLE));
    replies.put("half", Optional.of(HALF));
    replies.put(
        "cached",
        Optional.of(
            (exchange, asked) -> {
              int image = tokens(asked) == WIDE ? WIDE / 2 : 0;
              EndpointServer.says(exchange, truth(asked), image == 0 ? 0 : TEXT, image);
            }));
    replies.put(
        "old",
        Optional.of(
            (exchange, asked) -> {
              if (tokens(asked) == WIDE) {
                EndpointServer.says(exchange, truth(asked), TEXT, WIDE / 2);
              } else {
                EndpointServer.says(exchange, truth(asked));
              }
            }));
    replies.put(
        "zero",
        Optional.of(
            (exchange, asked) ->
                EndpointServer.says(
                    exchange, truth(asked), TEXT, tokens(asked) == WIDE ? WIDE / 2 : 0)));
    return PairedRun.of("counted", replies, "--contrast", "half:none");
  }

  private static PairedRun hardlyCounted() throws IOException {
    Map<String, Optional<EndpointServer.Reply>> replies = new LinkedHashMap<>();
    replies.put(
        "none",
        Optional.of(
            (exchange, asked) -> {
              if (tokens(asked) == HIGH) {
                WHOLE.to(exchange, asked);
              } else if (asked.text().contains("dog")) {
                EndpointServer.says(exchange, truth(asked), TEXT, 0);
              } else {
                EndpointServer.says(exchange, truth(asked));
              }
            }));
    replies.put(
        "even", Optional.of((exchange, asked) -> EndpointServer.says(exchange, "No", 1, 16)));
    replies.put("mute", Optional.of((exchange, asked) -> EndpointServer.says(exchange, "No")));
    replies.put(
        "wide",
        Optional.of(
            (exchange, asked) ->
                EndpointServer.says(
                    exchange, truth(asked), TEXT, tokens(asked) == WIDE ? WIDE : 0)));
    replies.put("again", Optional.empty());
    return PairedRun.of("hardly", replies, "--endpoint-requests", "2");
  }

  @BeforeEach
  void start() throws IOException {
    output = folder.resolve("run").toString();
    whole = new EndpointServer(WHOLE);
    half = new EndpointServer(HALF);
  }

  @AfterEach
  void stop() {
    whole.close();
    half.close();
  }

  private static String truth(EndpointServer.Asked asked) {
    return asked.text().contains("dog") ? "Yes" : "No";
  }

  /** Returns the whole squares of a picture, as a server of its own resolution counts them. */
  private static int tokens(EndpointServer.Asked asked) throws IOException {
    if (asked.number() == 0) {
      return WIDE;
    }
    String base64 = asked.image().substring(asked.image().indexOf(',') + 1);
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    return picture.getWidth() / PATCH * (picture.getHeight() / PATCH);
  }

  private static String as(String label, EndpointServer server) {
    return label + "=" + server.model();
  }

  private static String[] arguments(EndpointServer model, String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", model.model()));
    arguments.addAll(List.of("--examples", shared.resolve("examples").toString()));
    arguments.addAll(List.of("--method", "none", "--output", output));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private CommandLineRun evaluate(String... more) {
    return CommandLineRun.of(arguments(whole, output, more));
  }

  /** Runs {@code evaluate} without its report. */
  private void answerOnly(String... more) throws IOException {
    String[] evaluate = arguments(whole, output, more);
    AnswersOnly.run(LocalSpark.session(), Arrays.copyOfRange(evaluate, 1, evaluate.length));
  }

  /** Looks at a run that several tests look at. */
  private void take(PairedRun run) {
    fine(run.run());
    output = run.output();
  }

  private List<Row> rows(Table<?> table, String place, String where) {
    return table
        .read(LocalSpark.session(), List.of(output + "/" + place))
        .where(where)
        .collectAsList();
  }

  private List<Row> predictions(String where) {
    return rows(Table.PREDICTIONS, "predictions", where);
  }

  private static void fine(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void theOtherServersAnswersAreTheModelsUnderItsLabel() {
    take(counted);
    EndpointServer own = counted.servers().get("none");
    EndpointServer other = counted.servers().get("half");
    CommandLineRun run = counted.run();
    assertThat(run.out()).containsPattern("Comparisons asked for[^:]*:\\R.*\\Rhalf minus none ");
    assertThat(run.err())
        .contains(
            "12 requests to %s for the model their/model, 12 requests to %s for the model their/model as half, "
                .formatted(own.url(), other.url()),
            " as zero, at most 8 at a time");
    assertThat(counted.servers().values())
        .allSatisfy(
            server -> {
              assertThat(server.asked).hasSize(QUESTIONS);
              assertThat(server.probes).hasValue(1);
            });
    assertThat(predictions("true")).hasSize(5 * QUESTIONS);
    for (Row row : predictions("method = 'half'")) {
      Row first =
          predictions(
                  "method = 'none' AND question_id = '%s' AND category = '%s'"
                      .formatted(row.getAs("question_id"), row.getAs("category")))
              .get(0);
      int before = first.getAs("visual_tokens_before");
      assertThat(before).isEqualTo(first.<Integer>getAs("visual_tokens_after")).isIn(WIDE, HIGH);
      assertThat(row.<String>getAs("model")).isEqualTo("their/model");
      assertThat(row.<String>getAs("run_id")).isEqualTo(first.getAs("run_id"));
      assertThat(row.<Integer>getAs("visual_tokens_before")).isEqualTo(before);
      assertThat(row.<Integer>getAs("visual_tokens_after")).isEqualTo(before / 2);
      assertThat(row.<Double>getAs("visual_tokens_layer_mean")).isEqualTo(before / 2);
      assertThat(row.<Integer>getAs("text_tokens")).isEqualTo(TEXT);
      assertThat(row.<Integer>getAs("prompt_tokens")).isEqualTo(TEXT + before / 2);
      assertThat(row.<Long>getAs("flops_total")).isNull();
      assertThat(row.<Double>getAs("ms_request")).isPositive();
    }

    // Of each setting one of two dogs is found, and nothing else: F1 is 2/3 in place of 1.
    Row summary = rows(MethodSummary.TABLE, "report/summary", "method = 'half'").get(0);
    assertThat(summary.<Double>getAs("retention")).isEqualTo(200 / 3.0, within(1e-9));
    assertThat(summary.<Double>getAs("visual_tokens_after_mean")).isEqualTo((WIDE + HIGH) / 4.0);
    assertThat(summary.<Double>getAs("flops_total_mean")).isNull();
    Row cost = efficiency("half");
    assertThat(cost.<Double>getAs("visual_tokens_before_mean")).isEqualTo((WIDE + HIGH) / 2.0);
    assertThat(cost.<Double>getAs("reduction_ratio")).isEqualTo(2);
    assertThat(cost.<Long>getAs("n_visual_tokens")).isEqualTo(QUESTIONS);
    assertThat(cost.<Double>getAs("ms_total_mean")).isNull();
  }

  /** Each picture is asked about twice. */
  @Test
  void aReportSumsWhatServersTookAndHasNoPlaceForWhatTheyDoNotTell() throws IOException {
    take(counted);

    int visual = IMAGES * (WIDE + HIGH);
    for (Map.Entry<String, Integer> one : Map.of("none", visual, "half", visual / 2).entrySet()) {
      Row cost = efficiency(one.getKey());
      assertThat(cost.<Long>getAs("prompt_tokens_sum"))
          .isEqualTo((long) QUESTIONS * TEXT + one.getValue());
      assertThat(cost.<Long>getAs("visual_tokens_after_sum")).isEqualTo((long) one.getValue());
      assertThat(cost.<Long>getAs("generated_tokens_sum")).isEqualTo(2L * QUESTIONS);
      List<Double> times =
          predictions("method = '%s'".formatted(one.getKey())).stream()
              .map(row -> row.<Double>getAs("ms_request"))
              .sorted()
              .toList();
      assertThat(cost.<Double>getAs("ms_request_p50"))
          .isCloseTo((times.get(5) + times.get(6)) / 2, within(1e-9));
      assertThat(cost.<Double>getAs("ms_request_p95"))
          .isCloseTo(times.get(10) + 0.45 * (times.get(11) - times.get(10)), within(1e-9));
    }
    String page = page("report.html");
    assertThat(page)
        .contains(
            "<h2>Requests</h2>",
            "456</bdi> <small>38.0 each</small>",
            "168</bdi> <small>14.0 each</small>")
        .contains("id=\"over-tokens\"", "id=\"token-boxes\"")
        .doesNotContain("id=\"over-flops\"", "id=\"stage-millis\"", "id=\"stage-flops\"")
        .doesNotContain("<h2>Time", "href=\"#time\"");
    assertThat(page("report.md"))
        .contains(
            "## Requests", "| half | 12 |", "| 288 (24.0 each) | 168 (14.0 each) | 24 (2.0 each) |")
        .doesNotContain("## Time");
  }

  @Test
  void aReportMayTakeTheOtherServerAsItsBaseline() {
    take(counted);
    EndpointServer own = counted.servers().get("none");
    EndpointServer other = counted.servers().get("half");
    assertThat(rows(Table.RUNS, "report/runs", "true"))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.getList(run.fieldIndex("methods")))
                  .hasToString("[none, half, cached, old, zero]");
              assertThat(run.<String>getAs("model_path")).isEqualTo(own.model());
              assertThat(run.<String>getAs("configuration"))
                  .contains(own.model(), as("half", other));
            });
    assertThat(Path.of(output, "report", "report.html"))
        .content()
        .contains(as("half", other).replace("=", "&#x3D;"));
    String report = folder.resolve("report").toString();
    String runs = output;
    CommandLineRun typo = report(runs, report, "--baseline", "hafl");
    assertThat(typo.code()).isEqualTo(ExitCode.USAGE);
    assertThat(typo.err())
        .contains("No run has the --baseline hafl; methods: [none, half, ", "did you mean half?");

    Path latex = folder.resolve("latex");
    fine(
        report(
            runs,
            report,
            "--baseline",
            "half",
            "--contrast",
            "none:half",
            "--latex",
            latex.toString()));
    assertThat(latex.resolve("requests.tex")).content().contains("of these\\\\visual");
    assertThat(latex.resolve("stages.tex")).doesNotExist();
    output = report;
    assertThat(rows(MethodSummary.TABLE, "summary", "method = 'none'").get(0))
        .satisfies(
            row -> {
              assertThat(row.<String>getAs("baseline")).isEqualTo("half");
              assertThat(row.<Double>getAs("retention")).isEqualTo(150, within(1e-9));
            });
    // 100 in place of 200 / 3.
    assertThat(rows(ContrastResult.TABLE, "contrasts", "metric = 'f1'"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<String>getAs("a")).isEqualTo("none");
              assertThat(row.<String>getAs("b")).isEqualTo("half");
              assertThat(row.<Double>getAs("delta")).isEqualTo(100 / 3.0, within(1e-9));
            });
    assertThat(rows(Standing.TABLE, "leaderboard", "budget = 'own'"))
        .extracting(row -> row.<String>getAs("method"))
        .contains("half");
  }

  private static CommandLineRun report(String runs, String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("report", "--runs", runs, "--output", output));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** The one counts no tokens of pictures for wide ones, the other none at all. */
  @Test
  void whatIsNotCountedIsNull() throws IOException {
    take(hardlyCounted);

    assertThat(predictions("method = 'mute'"))
        .hasSize(QUESTIONS)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("visual_tokens_after")).isNull());
    for (String method : List.of("even", "mute")) {
      String of = "method = '%s' AND visual_tokens_before ".formatted(method);
      assertThat(predictions(of + "IS NULL")).hasSize(QUESTIONS / 2);
      assertThat(predictions(of + "= " + HIGH)).hasSize(QUESTIONS / 2);
    }
    Row cost = efficiency("even");
    assertThat(cost.<Double>getAs("visual_tokens_before_mean")).isEqualTo(HIGH);
    assertThat(cost.<Double>getAs("visual_tokens_after_mean")).isEqualTo(16);
    assertThat(cost.<Long>getAs("n_visual_tokens")).isEqualTo(QUESTIONS / 2);
    assertThat(cost.<Double>getAs("reduction_ratio"))
        .as("of the questions where both are known")
        .isEqualTo(HIGH / 16);
    cost = efficiency("mute");
    assertThat(cost.<Double>getAs("reduction_ratio")).isNull();
    assertThat(cost.<Double>getAs("visual_tokens_layer_mean")).isNull();
    assertThat(rows(Standing.TABLE, "report/leaderboard", "method = 'mute'"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.<Double>getAs("visual_tokens_layer_mean")).isNull());
  }

  private String page(String name) throws IOException {
    return Files.readString(Path.of(output, "report", name));
  }

  private Row efficiency(String method) {
    return rows(Table.EFFICIENCY, "report/efficiency", "method = '" + method + "'").get(0);
  }

  @Test
  void tokensOfAPairAreOverTheQuestionsThatBothCount() throws IOException {
    take(counted);
    for (String method : List.of("cached", "old", "zero")) {
      Row both = efficiency(method);
      assertThat(both.<Double>getAs("visual_tokens_before_mean")).as(method).isEqualTo(WIDE);
      assertThat(both.<Double>getAs("visual_tokens_after_mean")).isEqualTo(WIDE / 2);
      assertThat(both.<Double>getAs("visual_tokens_layer_mean")).isEqualTo(WIDE / 2);
      assertThat(both.<Long>getAs("n")).isEqualTo(QUESTIONS);
      assertThat(both.<Long>getAs("n_visual_tokens")).isEqualTo(QUESTIONS / 2);
      Row summary = rows(MethodSummary.TABLE, "report/summary", "method = '" + method + "'").get(0);
      assertThat(summary.<Double>getAs("visual_tokens_after_mean")).as("of others").isNull();
      assertThat(rows(Standing.TABLE, "report/leaderboard", "method = '" + method + "'"))
          .isNotEmpty()
          .allSatisfy(row -> assertThat(row.<Double>getAs("visual_tokens_layer_mean")).isNull());
    }
    Row cost = efficiency("cached");
    assertThat(cost.<Double>getAs("prompt_tokens_mean")).isEqualTo(TEXT + WIDE / 2);
    assertThat(cost.<Long>getAs("n_prompt_tokens")).isEqualTo(QUESTIONS / 2);
    assertThat(cost.<Long>getAs("n_generated_tokens")).isEqualTo(QUESTIONS);
    assertThat(counted.run().err())
        .contains(
            "cached of their/model on pope/test: means of visual tokens are of 6, of prompt tokens"
                + " are of 6 of 12 answers, as far as they are counted; the summary has none")
        .doesNotContain("half of their/model on pope/test: means");
    assertThat(cost.<Long>getAs("prompt_tokens_sum")).isEqualTo(QUESTIONS / 2L * (TEXT + WIDE / 2));
    assertThat(page("report.html"))
        .contains("6 counted", "132</bdi> <small>22.0 each of 6 counted</small>");
  }

  /** Each counts what the other one does not: there is nothing to compare. */
  @Test
  void countsOfOtherQuestionsAreNotCompared() {
    take(hardlyCounted);

    Row cost = efficiency("wide");
    assertThat(cost.<Double>getAs("visual_tokens_before_mean")).isNull();
    assertThat(cost.<Double>getAs("visual_tokens_after_mean")).isNull();
    assertThat(cost.<Double>getAs("reduction_ratio")).isNull();
    assertThat(cost.<Long>getAs("n_visual_tokens")).isZero();
  }

  @Test
  void resumingAndErrorsThatAreAskedAgainKeepThePair() throws IOException {
    String[] dealt = {"--as", as("half", half), "--chunks", "3", "--endpoint-requests", "1"};
    EndpointServer.Reply broken =
        (exchange, asked) ->
            EndpointServer.send(exchange, 400, "{\"error\": {\"message\": \"no\"}}");
    whole.now(
        (exchange, asked) -> {
          if (asked.text().contains("cat")) {
            broken.to(exchange, asked);
          } else {
            EndpointServer.says(exchange, truth(asked), TEXT, tokens(asked));
          }
        });
    half.now(
        (exchange, asked) -> {
          if (half.asked.size() > 4) {
            EndpointServer.send(exchange, 401, "{\"error\": {\"message\": \"expired\"}}");
          } else {
            EndpointServer.says(exchange, "Yes", TEXT, tokens(asked) / 2);
          }
        });
    assertThat(evaluate(dealt).code()).isEqualTo(ExitCode.FAILED);

    CommandLineRun alone = evaluate("--resume", "--chunks", "3");
    assertThat(alone.code()).isEqualTo(ExitCode.USAGE);
    assertThat(alone.err()).contains("--as was [%s], is now []".formatted(as("half", half)));
    CommandLineRun swapped = evaluate("--resume", "--as", as("half", whole), "--chunks", "3");
    assertThat(swapped.err()).contains("is now [%s]".formatted(as("half", whole)));

    half.now((exchange, asked) -> EndpointServer.says(exchange, "Yes", TEXT, tokens(asked) / 2));
    answerOnly(with(dealt, "--resume", "--max-error-rate", "0.5"));
    assertThat(predictions("method = 'none' AND error IS NOT NULL")).hasSize(IMAGES);
    assertThat(predictions("method = 'half' AND visual_tokens_before IS NULL"))
        .as("the model's own server answered no question about a cat")
        .hasSize(IMAGES)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("visual_tokens_after")).isPositive());
    CommandLineRun finished =
        evaluate("--resume", "--as", as("half", whole), "--max-error-rate", "0.5");
    assertThat(finished.err()).as("without a plan").contains("--as was ");

    whole.now(
        (exchange, asked) -> EndpointServer.says(exchange, truth(asked), TEXT, tokens(asked)));
    half.asked.clear();
    fine(evaluate(with(dealt, "--resume", "--retry-errors")));
    assertThat(half.asked).as("only the errors of the other one are asked again").isEmpty();
    assertThat(predictions("error IS NULL")).hasSize(2 * QUESTIONS);
    assertThat(predictions("method = 'half' AND visual_tokens_before = 2 * visual_tokens_after"))
        .hasSize(QUESTIONS);
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  @Tag("slow")
  void theAnswerCacheKnowsBothServers() throws IOException {
    String[] cached = {
      "--answer-cache", folder.resolve("cache").toString(), "--endpoint-version", "1"
    };
    String run = output;
    output = run + 0;
    answerOnly(cached);
    output = run + 1;
    answerOnly(with(cached, "--as", as("half", half)));
    assertThat(whole.asked).as("its answers are those of the first run").hasSize(QUESTIONS);
    assertThat(half.asked).hasSize(QUESTIONS);
    assertThat(predictions("method = 'half' AND visual_tokens_before = 2 * visual_tokens_after"))
        .hasSize(QUESTIONS);

    output = run + 2;
    answerOnly(with(cached, "--as", as("smaller", half), as("again", whole)));
    assertThat(half.asked).as("a label changes no answer").hasSize(QUESTIONS);
    assertThat(whole.asked).as("as another server of itself").hasSize(2 * QUESTIONS);
    assertThat(predictions("method = 'smaller' AND visual_tokens_before = 2 * visual_tokens_after"))
        .hasSize(QUESTIONS);
  }

  /** One server under two labels shows how much its answers differ by themselves. */
  @Test
  void aServerMayBePairedWithItself() {
    take(hardlyCounted);

    EndpointServer own = hardlyCounted.servers().get("again");
    assertThat(own.asked).hasSize(2 * QUESTIONS);
    assertThat(own.probes).hasValue(1);
    assertThat(own.most()).isBetween(1, 2);
    assertThat(rows(MethodSummary.TABLE, "report/summary", "method = 'again'").get(0))
        .satisfies(row -> assertThat(row.<Double>getAs("retention")).isEqualTo(100, within(1e-9)));
  }

  @Test
  void wrongPairsAreRefusedBeforeAnythingIsSent() {
    String model = Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();
    Map<String, CommandLineRun> refused =
        Map.of(
            "'--as' at index 0 (LABEL=MODEL): 'prumerge' is a method's name",
            evaluate("--as", as("prumerge", half)),
            "'--as' at index 0 (LABEL=MODEL): the label 'Half' must consist of",
            evaluate("--as", as("Half", half)),
            "A --as is given twice (or in two spellings): [half, half]",
            evaluate("--as", as("half", half), as("half", whole)),
            "'--as' at index 0 (LABEL=MODEL): 'half' must be LABEL=openai:URL#NAME",
            evaluate("--as", "half"),
            "--endpoint-requests must be at least 2, since so many servers",
            evaluate("--as", as("half", whole), "--endpoint-requests", "1"),
            "'half:non' names no two methods to compare",
            evaluate("--as", as("half", half), "--contrast", "half:non"),
            "--as names other servers of the first --model, which must be behind an endpoint",
            CommandLineRun.of(
                "evaluate",
                "--model",
                model,
                whole.model(),
                "--as",
                as("half", half),
                "--examples",
                shared.resolve("examples").toString(),
                "--method",
                "none",
                "--output",
                output));
    assertThat(refused.entrySet())
        .allSatisfy(
            one -> {
              assertThat(one.getValue().err()).contains(one.getKey());
              assertThat(one.getValue().code()).isEqualTo(ExitCode.USAGE);
            });
    assertThat(List.of(whole, half)).allSatisfy(server -> assertThat(server.probes).hasValue(0));
  }

  @Test
  void aDryRunNamesAllServers() {
    CommandLineRun run = evaluate("--as", as("half", half), "--dry-run");

    fine(run);
    assertThat(run.out())
        .contains("1 model x 12 questions x 2 methods: 24 answers, 24 requests to endpoints")
        .contains("their/model half", half.model());
    CommandLineRun json = evaluate("--as", as("half", half), "--dry-run", "--json");
    assertThat(json.out()).contains("\"servers\" : [ \"%s\" ]".formatted(as("half", half)));
    assertThat(half.probes).hasValue(0);
  }

  @Test
  void aSweepFileMayNameThem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            """
            models: ["%s"]
            as: ["%s"]
            examples: ["%s"]
            methods: [none]
            limit: 4
            """
                .formatted(whole.model(), as("half", half), shared.resolve("examples")));

    fine(CommandLineRun.of("sweep", file.toString(), "--output", output));
    assertThat(predictions("method = 'half'")).hasSize(4);

    CommandLineRun others =
        CommandLineRun.of(
            "sweep",
            file.toString(),
            "--output=" + folder.resolve("others"),
            "--as=" + as("other", half),
            "--dry-run",
            "--json");
    fine(others);
    assertThat(others.out()).contains("\"servers\" : [ \"%s\" ]".formatted(as("other", half)));
  }

  @Test
  void codeMayNameThem() throws IOException {
    Evaluation evaluation =
        Evaluation.of(LocalSpark.session())
            .model(whole.model())
            .server("half", half.model())
            .server("again", whole.model())
            .examples(shared.resolve("examples").toString())
            .methods("none")
            .limit(4)
            .output(output);
    assertThatThrownBy(() -> evaluation.server("none", half.model()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'none' is a method's name");

    assertThat(evaluation.run().summary().select("method").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("none", "half", "again");
  }
}
