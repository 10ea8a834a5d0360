package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.run.AnswersOnly;
import io.prumerge.store.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts with several images, from a question file to the report. */
@Tag("spark")
class SeveralImagesRunTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  private static final String AB = "[\"a.png\",\"b.png\"]";
  private static final String BA = "[\"b.png\",\"a.png\"]";
  private static final String GONE = "[\"a.png\",\"gone.png\"]";

  private static final List<String> QUESTIONS =
      List.of(
          question("1", AB, "What is in <image> and not in <image>?"),
          question("2", AB, "Is it red?"),
          question("3", BA, "Is it red?"),
          question("4", "\"a.png\"", "Is it red?"),
          question("5", "[\"a.png\"]", "What is it?"),
          question("6", GONE, "What is it?"),
          question("7", AB, "What is in <image>?"));

  @TempDir private static Path temp;
  private static byte[] a;
  private static byte[] b;
  private static Path examples;

  private static String question(String id, String image, String text) {
    return "{\"question_id\": %s, \"image\": %s, \"text\": \"%s\", \"answer\": \"yes\"}"
        .formatted(id, image, text);
  }

  private static byte[] picture(int width, int height, int seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return PngWriter.write(new RgbImage(width, height, rgb));
  }

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    a = picture(60, 40, 1);
    b = picture(30, 70, 2);
    Path images = Files.createDirectories(temp.resolve("images"));
    Files.write(images.resolve("a.png"), a);
    Files.write(images.resolve("b.png"), b);
    Path questions = Files.write(temp.resolve("q.jsonl"), QUESTIONS);
    examples = CustomExamples.prepared(questions, images, temp.resolve("examples"));
  }

  private static Map<String, Row> images() {
    return Table.EXAMPLES
        .read(LocalSpark.session(), List.of(examples.toString()))
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getAs("image_id"), row -> row));
  }

  @Test
  void anExampleHasAllImagesOfItsPrompts() throws IOException {
    Map<String, Row> images = images();
    assertThat(images).containsOnlyKeys(AB, BA, "a.png", GONE);
    Row both = images.get(AB);
    assertThat(both.<byte[]>getAs("image")).isEqualTo(a);
    assertThat(both.<byte[]>getList(both.fieldIndex("more_images"))).containsExactly(b);
    assertThat(both.<Integer>getAs("width")).isEqualTo(60);
    assertThat(both.getList(both.fieldIndex("questions"))).hasSize(3);
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    hashes.write(Sha256.of(a));
    hashes.write(Sha256.of(b));
    assertThat(both.<String>getAs("image_sha256")).isEqualTo(Sha256.hex(hashes.toByteArray()));
    assertThat(images.get(BA).<String>getAs("image_sha256"))
        .isNotEqualTo(both.<String>getAs("image_sha256"));
    Row one = images.get("a.png");
    assertThat(one.<String>getAs("image_sha256")).isEqualTo(Sha256.hex(a));
    assertThat(one.isNullAt(one.fieldIndex("more_images"))).isTrue();
    assertThat(one.getList(one.fieldIndex("questions"))).hasSize(2);
    Row gone = images.get(GONE);
    assertThat(gone.<String>getAs("image_sha256")).isNull();
    assertThat(gone.getList(gone.fieldIndex("more_images"))).containsExactly((Object) null);
  }

  /** Runs {@code evaluate} without its report. */
  private static Path answer(String name, String... more) throws IOException {
    AnswersOnly.run(LocalSpark.session(), arguments(name, more).toArray(String[]::new));
    return temp.resolve(name);
  }

  private static List<String> arguments(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", MODEL));
    arguments.addAll(List.of("--max-new-tokens", "3", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--examples", examples.toString(), "--max-error-rate", "1"));
    arguments.addAll(List.of("--output", temp.resolve(name).toString()));
    arguments.addAll(List.of("--method", "none", "prumerge", "--chunks", "1"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static List<Row> answers(Path run) {
    Dataset<Row> all =
        Table.PREDICTIONS.read(
            LocalSpark.session(), List.of(run.resolve("predictions").toString()));
    return all.orderBy("question_id", "method").collectAsList();
  }

  private static Row of(List<Row> answers, String question, String method) {
    return answers.stream()
        .filter(row -> row.getAs("question_id").equals(question))
        .filter(row -> row.getAs("method").equals(method))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Tag("slow")
  void aRunAsksAboutAllImagesAndFindsItsAnswersAgain() throws IOException {
    String cache = temp.resolve("cache").toString();
    Path first = answer("first", "--answer-cache", cache);
    List<Row> answers = answers(first);
    assertThat(answers).hasSize(2 * QUESTIONS.size());
    for (String question : List.of("1", "2", "3")) {
      assertThat(of(answers, question, "none").<String>getAs("error")).isNull();
      assertThat(of(answers, question, "none").<Integer>getAs("visual_tokens_after"))
          .isEqualTo(288);
      Row merged = of(answers, question, "prumerge");
      assertThat(merged.<Integer>getAs("visual_tokens_before")).isEqualTo(288);
      assertThat(merged.<Integer>getList(merged.fieldIndex("kept_indices")))
          .anyMatch(patch -> patch < 144)
          .anyMatch(patch -> patch >= 144);
    }
    assertThat(of(answers, "4", "none").<Integer>getAs("visual_tokens_after")).isEqualTo(144);
    assertThat(of(answers, "6", "none").<String>getAs("error"))
        .isEqualTo("image_missing: Image 2 of 2: The image has no bytes");
    assertThat(of(answers, "7", "prumerge").<String>getAs("error"))
        .startsWith("prompt_placeholder: the number of <image> in the prompt, 1, is not that of");
    List<Row> again = answers(answer("again", "--answer-cache", cache));
    for (Row row : again) {
      Row before = of(answers, row.getAs("question_id"), row.getAs("method"));
      assertThat(row.<String>getAs("answer")).isEqualTo(before.<String>getAs("answer"));
      assertThat(row.<String>getAs("error")).isEqualTo(before.<String>getAs("error"));
    }
    assertThat(of(again, "3", "prumerge").<Long>getAs("flops_executed")).isZero();
    assertThat(of(again, "4", "none").<Long>getAs("flops_executed")).isZero();
  }

  /** The evidence of cuts inside the decoder, too; of one image, and of two in one prompt. */
  @Test
  @Tag("slow")
  void explainCountsWhatPredictionsCount() throws IOException {
    List<String> methods =
        List.of(
            "none",
            "prumerge",
            "fastv:tokens=30",
            "vtw:layer=2",
            "pyramiddrop:layers=2",
            "dart:layer=1,tokens=24",
            "v2drop:layers=2,ratios=0.5",
            "sparsevlm:budgets=100,layers=1",
            "pact:layer=1");
    List<String> more = new ArrayList<>();
    methods.stream().skip(2).forEach(method -> more.addAll(List.of("--method", method)));
    List<Row> answers = answers(answer("costs", more.toArray(String[]::new)));
    Map<String, List<String>> asked =
        Map.of("4", List.of("a.png"), "2", List.of("--together", "a.png", "b.png"));
    for (Map.Entry<String, List<String>> one : asked.entrySet()) {
      String prompt = of(answers, one.getKey(), "none").getAs("prompt");
      JsonNode images = explained(one.getKey(), one.getValue(), prompt, methods);
      for (JsonNode image : images) {
        for (JsonNode method : image.get("methods")) {
          Row row = of(answers, one.getKey(), method.get("method").textValue());
          assertThat(method.get("error").textValue()).isEqualTo(row.<String>getAs("error"));
          if (row.getAs("error") != null) { // cuts take one image
            assertThat(one.getKey()).isEqualTo("2");
            continue;
          }
          for (String stage :
              List.of("vision", "reduction", "projector", "prefill", "decode", "total")) {
            assertThat(method.get("flops_" + stage).longValue())
                .as("%s of %s: %s", stage, method.get("method"), one.getKey())
                .isEqualTo(row.<Long>getAs("flops_" + stage));
          }
        }
      }
    }
    assertThat(methods.subList(2, methods.size()))
        .as("some look at evidence that they alone need")
        .anyMatch(method -> of(answers, "4", method).<Long>getAs("flops_reduction") > 0);
  }

  private static JsonNode explained(
      String name, List<String> images, String prompt, List<String> methods) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("explain", "--model", MODEL, "--json"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "3"));
    arguments.addAll(List.of("--output", temp.resolve("explained-" + name).toString()));
    for (String image : images) {
      arguments.addAll(
          image.startsWith("--")
              ? List.of(image)
              : List.of("--image", temp.resolve("images").resolve(image).toString()));
    }
    arguments.addAll(List.of("--prompt", prompt, "--method"));
    arguments.addAll(methods);
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out()).get("images");
  }
}
