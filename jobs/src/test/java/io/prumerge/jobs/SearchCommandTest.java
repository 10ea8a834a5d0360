package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.search.FoundFront;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests searches over generated images with the small checkpoint of the repository. */
@Tag("spark")
class SearchCommandTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();
  private static final String FILE =
      """
      models: [%s]
      examples: [%s]
      methods:
        - uniform:tokens=9
        - {method: fastv, layer: 1, tokens: [1, 36]}
      search: {cost: visual_tokens_layer_mean, questions: 8, growth: 9}
      device: cpu
      dtype: fp32
      max_new_tokens: 2
      """;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void examples() {
    LocalSpark.session();
    Path data = shared.resolve("data");
    require(run("mini", "--split=test", "--seed=5", "--images=16", "--output=" + data));
    require(
        run(
            "prepare",
            "--benchmark=pope",
            "--source=" + data.resolve("pope"),
            "--output=" + shared.resolve("pope")));
  }

  private static CommandLineRun run(String... arguments) {
    return CommandLineRun.of(arguments);
  }

  private static void require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private String file(String text) throws IOException {
    Path file = folder.resolve("search.yaml");
    return Files.writeString(file, text.formatted(MODEL, shared.resolve("pope"))).toString();
  }

  private CommandLineRun search(String output, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("search", file(FILE)));
    arguments.add("--output=" + folder.resolve(output));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private List<String> front(String output) {
    return FoundFront.TABLE
        .read(LocalSpark.session(), List.of(folder.resolve(output) + "/front.parquet"))
        .selectExpr("method", "status", "rung", "questions", "round(score, 6)", "round(cost, 6)")
        .toJSON()
        .collectAsList();
  }

  private Dataset<Row> answers(Path rung) {
    return Table.PREDICTIONS.read(
        LocalSpark.session(), List.of(rung.resolve("predictions").toString()));
  }

  /** The driver dies when the second rung has committed a part of its answers. */
  @Tag("soak") // five runs with their reports
  @Test
  void aSearchThatWasKilledInARungGoesOnAndFindsTheSame() throws Exception {
    CommandLineRun whole = search("whole", "--json", "--chunks=2");
    require(whole);
    Path second = folder.resolve("killed/rung-2");
    CompletableFuture<CommandLineRun> dying =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return search("killed", "--chunks=2");
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    while (!dying.isDone()) {
      if (hasCommitted(second)) {
        LocalSpark.session().sparkContext().cancelAllJobs();
      }
      Thread.sleep(2);
    }
    assertThat(dying.get().code()).as(dying.get().out()).isEqualTo(ExitCode.FAILED);
    assertThat(folder.resolve("killed/front.parquet")).doesNotExist();
    assertThat(search("killed", "--chunks=2").err()).contains("holds a search; continue it with");
    assertThat(search("killed", "--chunks=2", "--resume", "--reduce-by=first").err())
        .contains("with other settings: --reduce-by was each, is now first");

    CommandLineRun resumed = search("killed", "--chunks=2", "--resume");

    require(resumed);
    assertThat(front("killed")).isEqualTo(front("whole"));
    assertThat(resumed.out()).contains("pope", "tokens per layer", "Parquet: ", "Last rung: ");
    assertThat(resumed.err()).contains("Rung 1 of at most", "candidates, 8 questions");
    JsonNode document = new ObjectMapper().readTree(whole.out());
    assertThat(document.get("candidates")).hasSize(4);
    assertThat(document.get("cost").asText()).isEqualTo("visual_tokens_layer_mean");
    assertThat(document.get("rungs").asInt()).isGreaterThan(1);
    for (String output : List.of("whole", "killed")) {
      Dataset<Row> first = answers(folder.resolve(output + "/rung-1"));
      Dataset<Row> next = answers(folder.resolve(output + "/rung-2"));
      assertThat(first.where("flops_executed = 0").count()).isZero();
      assertThat(questions(next)).isGreaterThan(questions(first));
      assertThat(
              next.join(first.select("question_id", "method"), JOINED)
                  .where("flops_executed > 0")
                  .count())
          .as("asked twice")
          .isZero();
    }
  }

  @Test
  void onlyItsOwnFrontIsReplaced() throws IOException {
    require(search("again", "--limit=8"));
    List<String> first = front("again");
    Path front = folder.resolve("again/front.parquet");
    Path note = Files.writeString(front.resolve("note.txt"), "mine");

    CommandLineRun refused = search("again", "--limit=8", "--resume");

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .containsOnlyOnce("\n")
        .contains("front.parquet/note.txt, which no search has written", "move it elsewhere");
    assertThat(note).hasContent("mine");

    Files.delete(note);
    require(search("again", "--limit=8", "--resume"));
    assertThat(front("again")).isEqualTo(first);
    try (var names = Files.list(folder.resolve("again"))) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .filteredOn(name -> name.contains("front"))
          .containsOnly("front.parquet");
    }
  }

  private static long questions(Dataset<Row> answers) {
    return answers.select("question_id").distinct().count();
  }

  private static final String[] JOINED = {"question_id", "method"};

  private static boolean hasCommitted(Path rung) throws IOException {
    Path chunks = rung.resolve("_chunks");
    if (!Files.isDirectory(chunks)) {
      return false;
    }
    try (var files = Files.list(chunks)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("committed-"));
    }
  }

  @Test
  void whatDoesNotFitASearchIsRefused() throws IOException {
    String output = "--output=" + folder.resolve("never");
    CommandLineRun auto = run("search", file(FILE.replace("dtype: fp32", "dtype: auto")), output);
    assertThat(auto.code()).isEqualTo(ExitCode.USAGE);
    assertThat(auto.err()).contains("auto does not do: set --device to cpu or cuda and --dtype");
    CommandLineRun two = run("search", file(FILE.replace("models: [", "models: [/m, ")), output);
    assertThat(two.err()).contains("search compares methods of one checkpoint, but --model names");
    String none = FILE.replaceAll("(?s)  - uniform.*36]}", "  - none");
    assertThat(run("search", file(none), output).err()).contains("there is only the --method none");
    CommandLineRun key = run("search", file(FILE.replace("cost: ", "price: ")), output);
    assertThat(key.err()).contains("unknown key 'search.price'; known: cost, growth, questions");
    CommandLineRun growth = run("search", file(FILE.replace("growth: 9", "growth: 1")), output);
    assertThat(growth.err()).contains("search: growth must be a whole number from 2 but is 1");
    assertThat(folder.resolve("never")).doesNotExist();
  }

  @Test
  void examplesWithoutAnswersAreRefusedAsSuch() throws IOException {
    Path questions =
        Files.writeString(
            folder.resolve("q.jsonl"), "{\"question_id\": 1, \"image\": null, \"text\": \"Who?\"}");
    Path images = Files.createDirectories(folder.resolve("images"));
    Path examples = CustomExamples.prepared(questions, images, folder.resolve("examples"));
    Path file = Files.writeString(folder.resolve("search.yaml"), FILE.formatted(MODEL, examples));

    CommandLineRun search =
        run("search", file.toString(), "--output=" + folder.resolve("unscored"));

    assertThat(search.code()).isEqualTo(ExitCode.FAILED);
    assertThat(search.err()).contains("none of the examples has a known answer");
  }
}
