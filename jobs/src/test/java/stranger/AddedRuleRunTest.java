package stranger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user does with a rule of their own, by the commands. */
@Tag("spark")
@Tag("model")
class AddedRuleRunTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path shared;

  private static SparkSession spark;
  private static Path jar;

  @TempDir private Path folder;

  /** Gives the jar to the session's tasks; this thread sees it within {@link StrangersJar#seen}. */
  @BeforeAll
  static void addTheJar() throws IOException {
    spark = LocalSpark.session();
    jar = OwnJar.of(shared.resolve("one/own.jar"));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    spark.sql("ADD JAR '" + jar + "'");
    thread.setContextClassLoader(before);
  }

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(
        folder.resolve("shop.yaml"),
        """
        name: shop
        data: shop.csv
        columns: {id: id, question: question, answers: answer}
        max_new_tokens: 4
        score:
          word: {rule: first-word, ignore_case: true}
          exact: {rule: exact}
        """);
    StringBuilder rows = new StringBuilder("id,question,answer\n");
    for (int i = 0; i < 6; i++) {
      rows.append(i).append(",What colour is it?,red\n");
    }
    Files.writeString(folder.resolve("shop.csv"), rows);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun refused(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
    return run;
  }

  private String[] evaluate(String asked, String questions, String... more) {
    return Stream.concat(
            Stream.of(
                "evaluate",
                asked,
                questions,
                "--model",
                MODEL,
                "--method",
                "none",
                "--device",
                "cpu",
                "--output",
                path("run")),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private JsonNode manifest(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("run").resolve(name).toFile());
  }

  @Test
  void answersAreScoredByIt() throws Exception {
    Files.writeString(
        folder.resolve("answers.csv"),
        "question_id,text\n0,Red car\n1,red.\n2,red\n3,a red one\n4,\n5,RED\n");
    StrangersJar.seen(
        jar,
        () -> {
          String[] score = {
            "score", "--benchmark", path("shop.yaml"), "--answers", path("answers.csv"), "--json"
          };
          JsonNode figures = new ObjectMapper().readTree(done(score).out());
          assertThat(figures.findValue("accuracy").doubleValue()).isEqualTo(50, within(1e-9));
          assertThat(figures.findValue("n_unparsed").intValue()).isEqualTo(1);
        });
  }

  @Test
  void aRowThatItCannotScoreIsLeftOutAndCounted() throws Exception {
    Path choosy =
        OwnJar.of(
            folder.resolve("choosy/own.jar"),
            "public AnswerRule create(RuleSettings settings) {",
            """
            public AnswerRule create(RuleSettings settings) {
                AnswerRule any = ofAny(settings);
                return new AnswerRule() {
                  @Override
                  public Score score(
                      String answer, io.prumerge.benchmark.Benchmark.Reference reference) {
                    return any.score(answer, reference);
                  }

                  @Override
                  public java.util.Optional<String> problem(
                      io.prumerge.benchmark.Benchmark.Reference reference) {
                    return reference.answers().contains("7")
                        ? java.util.Optional.of("must be a word, it is '7'")
                        : java.util.Optional.empty();
                  }
                };
              }

              private static AnswerRule ofAny(RuleSettings settings) {""");
    Files.writeString(
        folder.resolve("shop.csv"), "id,question,answer\n0,Which?,red\n1,Which?,7\n2,Which?,red\n");
    Files.writeString(folder.resolve("answers.csv"), "question_id,text\n0,red\n2,blue\n");
    StrangersJar.seen(
        choosy,
        () -> {
          CommandLineRun run =
              done(
                  "score",
                  "--benchmark",
                  path("shop.yaml"),
                  "--answers",
                  path("answers.csv"),
                  "--json");
          assertThat(run.err()).contains("must be a word, it is '7'");
          JsonNode figures = new ObjectMapper().readTree(run.out());
          assertThat(figures.findValue("accuracy").doubleValue()).isEqualTo(50, within(1e-9));
        });
  }

  @Test
  void aRunResumesWithItsJarAlone() throws Exception {
    String shop = path("shop.yaml");
    Path complete = folder.resolve("run/_COMPLETE");
    StrangersJar.seen(
        jar,
        () -> {
          assertThat(done(evaluate("--benchmark", shop)).out()).contains("shop accuracy");
          Files.delete(complete);
          done(evaluate("--benchmark", shop, "--resume"));
          Files.delete(complete);
        });
    assertThat(
            Table.SCORES.read(spark, List.of(path("run/scores"))).where("profile = 'word'").count())
        .isEqualTo(6);
    String first = Sha256.hex(Files.readAllBytes(jar));
    JsonNode begun = manifest("manifest.json");
    assertThat(begun.at("/environment/jars"))
        .isEqualTo(new ObjectMapper().createObjectNode().put("rule first-word", first));

    Path other = OwnJar.of(folder.resolve("other/own.jar"), "right ? 1 : 0", "right ? 0.5 : 0");
    String second = Sha256.hex(Files.readAllBytes(other));
    String prepared = begun.findValue("examples").get(0).textValue();
    StrangersJar.seen(
        other,
        () -> {
          for (String[] resumed :
              List.of(
                  evaluate("--benchmark", shop, "--resume"),
                  evaluate("--examples", prepared, "--resume"))) {
            assertThat(refused(resumed).err())
                .contains(
                    "in another environment: the jar of the rule first-word was "
                        + first
                        + ", is now "
                        + second
                        + "; restore the old one, or continue with --allow-code-change");
          }
          done(evaluate("--examples", prepared, "--resume", "--allow-code-change"));
        });
    JsonNode changed = manifest("manifest-00001.json");
    assertThat(changed.at("/environment/jars/rule first-word").textValue()).isEqualTo(first);
    assertThat(changed.at("/changes/0/environment/jars/rule first-word").textValue())
        .isEqualTo(second);
    assertThat(refused("report", "--runs", path("run"), "--output", path("report")).err())
        .as("without a jar")
        .contains("Unknown rule 'first-word'", "a rule of your own needs its jar in spark.jars");
  }
}
