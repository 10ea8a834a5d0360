package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of a model that sees pictures at their own size, within bounds that a user says. */
@Tag("spark")
class PictureSizesTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path GOLDENS = ROOT.resolve("udfs/src/test/resources/goldens");
  private static final String QWEN = GOLDENS.resolve("qwen/qwen2_5_vl/tied").toString();

  @TempDir private static Path temp;
  private static Path examples;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    Path questions =
        Files.write(
            temp.resolve("q.jsonl"),
            List.of(
                question(1, "\"wide.png\""),
                question(2, "\"square-96.png\""),
                question(3, "[\"wide.png\", \"tall.png\"]")));
    examples =
        CustomExamples.prepared(questions, GOLDENS.resolve("images"), temp.resolve("examples"));
  }

  private static String question(int id, String image) {
    return "{\"question_id\": %d, \"image\": %s, \"text\": \"What?\", \"answer\": \"yes\"}"
        .formatted(id, image);
  }

  private static CommandLineRun evaluate(String model, String name, String... more) {
    List<String> all = arguments(model, name, more);
    all.add(0, "evaluate");
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  /** Runs {@code evaluate} with the model without its report. */
  private static void answers(String name, String... more) throws IOException {
    AnswersOnly.run(LocalSpark.session(), arguments(QWEN, name, more).toArray(String[]::new));
  }

  private static List<String> arguments(String model, String name, String... more) {
    List<String> all = new ArrayList<>(List.of("--model", model, "--method", "none"));
    all.addAll(List.of("--examples", examples.toString(), "--device", "cpu", "--dtype", "fp32"));
    all.addAll(List.of("--output", temp.resolve(name).toString(), "--chunks", "1"));
    all.addAll(List.of("--max-new-tokens", "2", "--conv-mode", "qwen2_vl"));
    all.addAll(List.of(more));
    return all;
  }

  private static List<String> grids(String name) {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(temp.resolve(name).resolve("predictions").toString()))
        .orderBy("question_id")
        .collectAsList()
        .stream()
        .map(row -> row.<String>getAs("grid"))
        .toList();
  }

  private static List<String> errors(String name, String method) {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(temp.resolve(name).resolve("predictions").toString()))
        .where("method = '%s'".formatted(method))
        .orderBy("question_id")
        .collectAsList()
        .stream()
        .map(row -> String.valueOf(row.<String>getAs("error")))
        .toList();
  }

  private static JsonNode configuration(String name) throws IOException {
    return new ObjectMapper()
        .readTree(temp.resolve(name).resolve("manifest.json").toFile())
        .findParent("min_pixels");
  }

  @Test
  void boundsArePinnedAndSaid() throws IOException {
    answers("own");
    assertThat(configuration("own").get("min_pixels").asInt()).isEqualTo(256);
    assertThat(configuration("own").get("max_pixels").asInt()).isEqualTo(4096);
    assertThat(configuration("own").get("square").asInt()).isZero();

    CommandLineRun square = evaluate(QWEN, "square", "--square", "32");
    assertThat(square.code()).as(square.err()).isZero();
    assertThat(grids("square")).containsExactly("4x4", "4x4", "4x4+4x4");
    assertThat(configuration("square").get("square").asInt()).isEqualTo(32);
    assertThat(Files.readString(temp.resolve("square/report/report.html")))
        .contains("squares of 32");

    answers("small", "--max-pixels", "1024");
    assertThat(grids("small").get(1)).isEqualTo("4x4");
    assertThat(grids("small")).isNotEqualTo(grids("square")).isNotEqualTo(grids("own"));
    assertThat(grids("own").get(1)).isEqualTo("8x8");

    CommandLineRun other = evaluate(QWEN, "small", "--resume", "--max-pixels", "2048");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("--max-pixels was 1024, is now 2048");
    CommandLineRun files = evaluate(QWEN, "small", "--resume", "--square", "32");
    assertThat(files.code()).isEqualTo(2);
    assertThat(files.err()).contains("--square was 0, is now 32");
    answers("small", "--resume", "--max-pixels", "1024");
  }

  @Test
  @Tag("slow")
  void anAnswerOfOtherBoundsIsNoAnswerOfThese() throws IOException {
    String cache = temp.resolve("cache").toString();
    for (String side : List.of("32", "40")) {
      answers("cached" + side, "--square", side, "--answer-cache", cache);
    }
    assertThat(grids("cached40")).containsExactly("5x5", "5x5", "5x5+5x5");
  }

  @ParameterizedTest
  @CsvSource({
    "--square, 33, 'must be a multiple of 8'",
    "--min-pixels, 5000, 'min_pixels must be 1 to max_pixels'",
    "--square, -8, 'must be at least 1'"
  })
  void boundsThatCannotBeAreRefusedInALine(String flag, String value, String why) {
    CommandLineRun run = evaluate(QWEN, "refused", flag, value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.problems()).hasSize(1);
    assertThat(run.err()).contains(why);
  }

  /** A photograph of 640 x 480 pixels would have 54 patches, the square picture has 64. */
  @Test
  void aNumberOfTokensIsThatOfTheExamplesPictures() {
    String[] more = {"--method", "divprune:tokens=60", "--max-error-rate", "1"};
    CommandLineRun run = evaluate(QWEN, "tokens", more);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(grids("tokens")).contains("8x8");
    assertThat(errors("tokens", "none")).containsOnly("null");
    List<String> errors = errors("tokens", "divprune:tokens=60");
    assertThat(errors.get(0)).startsWith("reduction_failed: Cannot keep 60 tokens");
    assertThat(errors.subList(1, 3)).containsOnly("null");
    assertThat(run.err())
        .contains(
            "warning: With tied, divprune:tokens=60 cannot reduce 1 of 2 pictures, whose answers"
                + " will be the error reduction_failed");

    CommandLineRun plan = evaluate(QWEN, "plan", "--method", "divprune:tokens=60", "--dry-run");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("divprune:tokens=60 cannot reduce 1 of 2 pictures");
  }

  @Test
  void aModelOfOneResolutionHasNoBounds() {
    String llava = ROOT.resolve("conf/mini-llava").toString();
    CommandLineRun run = evaluate(llava, "refused", "--max-pixels", "1024");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.problems()).hasSize(1);
    assertThat(run.err()).contains("it has one resolution; leave min_pixels, max_pixels");
  }

  @Test
  void aTemplateOfOtherModelsIsNamedBesideTheModelsOwn() {
    String llava = ROOT.resolve("conf/mini-llava").toString();
    CommandLineRun run = evaluate(llava, "foreign", "--dry-run");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "The model mini-llava is asked with the conversation template qwen2_vl, which was not"
                + " made for llava",
            "templates of its own: llava_hf, llava_v1, mistral_instruct, qwen_1_5, vicuna_v1.");
    assertThat(evaluate(QWEN, "own", "--dry-run").out()).doesNotContain("was not made for");
  }
}
