package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Letters;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose questions with options are answered by the letters' logits. */
@Tag("spark")
class AnswerByTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path temp;
  private static Path choices;
  private static Path texts;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    String mini = temp.resolve("mini").toString();
    fine("mini", "--images", "3", "--seed", "1", "--split", "test", "--output", mini);
    choices = temp.resolve("choices");
    fine(
        "prepare",
        "--benchmark",
        "mmbench",
        "--source",
        mini + "/mmbench",
        "--output",
        choices.toString());
    Path asked =
        Files.writeString(
            temp.resolve("questions.jsonl"), "{\"question_id\": 1, \"text\": \"What is it?\"}\n");
    texts = CustomExamples.prepared(asked, temp, temp.resolve("texts"));
  }

  private static CommandLineRun fine(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static String[] arguments(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL));
    arguments.addAll(List.of("--examples", choices.toString(), texts.toString()));
    arguments.addAll(List.of("--method", "none", "prumerge", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--output", temp.resolve(name).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static void answersOnly(String name, String... more) throws IOException {
    String[] evaluate = arguments(name, more);
    AnswersOnly.run(LocalSpark.session(), Arrays.copyOfRange(evaluate, 1, evaluate.length));
  }

  private static List<Row> rows(Table<?> table, String run, String place, String where) {
    return table
        .read(LocalSpark.session(), List.of(temp.resolve(run).resolve(place).toString()))
        .where(where)
        .collectAsList();
  }

  private static List<Row> predictions(String run, String where) {
    return rows(Table.PREDICTIONS, run, "predictions", where);
  }

  @Test
  void questionsWithOptionsAreAnsweredByALetterAndOthersByText() throws IOException {
    String cache = temp.resolve("cache").toString();
    fine(arguments("byLetters", "--answer-by", "letter-logits", "--answer-cache", cache));

    List<Row> lettered = predictions("byLetters", "benchmark = 'mmbench'");
    assertThat(lettered).hasSizeGreaterThan(10);
    for (Row row : lettered) {
      assertThat(row.<String>getAs("error")).isNull();
      assertThat(row.<String>getAs("finish_reason")).isEqualTo("letter");
      assertThat(row.<String>getAs("answer")).matches("[A-D]");
      assertThat(row.<Integer>getAs("generated_tokens")).isOne();
      assertThat(row.<Long>getAs("flops_decode")).isZero();
    }
    assertThat(predictions("byLetters", "benchmark = 'custom'"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<String>getAs("finish_reason")).isIn("eos", "length"));
    assertThat(rows(Table.RUNS, "byLetters", "report/runs", "answer_by = 'letter-logits'"))
        .singleElement()
        .satisfies(
            run ->
                assertThat(run.<String>getAs("configuration"))
                    .contains("\"answer_by\" : \"letter-logits\""));

    // The same question by text is another one, but for those that have no options.
    answersOnly("byText", "--answer-cache", cache);
    assertThat(predictions("byText", "finish_reason = 'letter'")).isEmpty();
    assertThat(predictions("byText", "benchmark = 'mmbench' AND flops_executed = 0")).isEmpty();
    assertThat(predictions("byText", "benchmark = 'custom' AND flops_executed = 0")).hasSize(2);
    answersOnly("again", "--answer-by", "letter-logits", "--answer-cache", cache);
    assertThat(predictions("again", "flops_executed > 0")).isEmpty();

    CommandLineRun resumed =
        CommandLineRun.of(arguments("byLetters", "--resume", "--answer-cache", cache));
    assertThat(resumed.code()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err()).contains("--answer-by was letter-logits, is now text");
  }

  @Test
  void anEndpointIsRefusedByName() {
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            "openai:http://localhost:1/v1#m",
            "--examples",
            choices.toString(),
            "--method",
            "none",
            "--answer-by",
            "letter-logits",
            "--output",
            temp.resolve("refused").toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains(
            "Cannot ask a model behind an endpoint with --answer-by letter-logits: it answers with"
                + " text, and its logits are not seen; leave it at text");
  }

  /** Its first token begins a thought, so no letter is its answer. */
  @Test
  void aModelWhoseTemplateOpensAThoughtIsRefused() throws IOException {
    Path thinking = temp.resolve("thinking");
    FileUtils.copyDirectory(Path.of(MODEL).toFile(), thinking.toFile());
    Files.writeString(
        thinking.resolve("chat_template.jinja"),
        "{%- if add_generation_prompt %}{{- 'ASSISTANT:<think>\n' }}{%- endif %}");
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            thinking.toString(),
            "--examples",
            choices.toString(),
            "--method",
            "none",
            "--answer-by",
            "letter-logits",
            "--dry-run",
            "--output",
            temp.resolve("refused").toString());
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains(
            "Cannot ask "
                + thinking
                + " with --answer-by letter-logits: its chat template opens a thought");
  }

  /** Spark's expression and Java's list are the same letters. */
  @Test
  void anOptionThatIsMissingHasNoLetter() {
    for (List<String> options :
        List.of(List.<String>of(), List.of("x"), List.of("", "b", "", "d"), List.of("a", "b"))) {
      Row row =
          LocalSpark.session()
              .range(1)
              .select(
                  functions.expr(
                      Letters.present(
                          "CAST(array("
                              + String.join(", ", options.stream().map(o -> "'" + o + "'").toList())
                              + ") AS ARRAY<STRING>)")))
              .first();
      assertThat(row.<String>getList(0)).isEqualTo(Letters.present(options));
    }
  }
}
