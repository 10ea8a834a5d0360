package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * Any question file in LLaVA's form over a folder of images: one JSON object per line with {@code
 * question_id} (which may repeat, {@link #repeatsIds}), {@code text} (the whole prompt), and
 * optionally {@code image} (a name, or an array of names of images in one prompt), {@code
 * category}, {@code answers} (array of strings) or {@code answer} (string).
 */
public final class CustomBenchmark implements Benchmark {

  private static final String EXACT = "exact";
  private static final String DEFAULT_CATEGORY = "default";

  @Override
  public String name() {
    return "custom";
  }

  @Override
  public String defaultSplit() {
    return "test";
  }

  @Override
  public List<String> profiles() {
    return List.of(EXACT);
  }

  @Override
  public List<String> layouts() {
    return List.of("a JSONL file of questions and a folder of images");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    if (source.files().size() != 1) {
      throw new DataException(
          Wording.of(
              "custom takes one question file and the image folder: %s questions.jsonl %s IMAGES;"
                  + " files given: %s",
              Setting.SOURCE, Setting.SOURCE, source.files()));
    }
    Path file = source.files().get(0);
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".parquet")) {
      throw new DataException(
          "custom reads JSON lines in LLaVA's form, which "
              + file.getName()
              + " is not: write a benchmark's file for it by prumerge-spark init-benchmark");
    }
    JsonLines.read(file, source, "question_id", line -> sink.accept(question(line)));
  }

  @Override
  public boolean turnsPictures() {
    return true;
  }

  @Override
  public boolean repeatsIds() {
    return true;
  }

  private static BenchmarkQuestion question(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    List<String> answers = line.texts("answers");
    if (answers.isEmpty()) {
      answers = line.optionalText("answer").map(List::of).orElse(List.of());
    }
    return new BenchmarkQuestion(
        id.asText(),
        image(line),
        text,
        OptionalInt.empty(),
        new Reference(
            text,
            category(line),
            answers,
            List.of(),
            Map.of(BenchmarkQuestion.FILE_ID, id.toString())));
  }

  private static Optional<ImagePlace> image(JsonLine line) {
    List<ImagePlace> images =
        line.textOrTexts("image").stream()
            .<ImagePlace>map(name -> new ImagePlace.InFolder(ImageName.checked(name, line)))
            .toList();
    return ImagePlace.of(images);
  }

  private static String category(JsonLine line) {
    String category = line.optionalText("category").orElse(DEFAULT_CATEGORY);
    if (category.equals(BenchmarkQuestion.ALL_CATEGORIES)) {
      throw line.error(
          Text.format(
              "category '%s' is what the figures over all categories are called; name it otherwise",
              category));
    }
    return category;
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return Wordings.anyOf(reference.answers());
  }

  /** Returns 1 if the answer equals one of the references; an empty one counts as unparsed. */
  @Override
  public Score score(String profile, String answer, Reference reference) {
    String parsed = Wordings.answer(answer);
    boolean equal = reference.answers().stream().map(Wordings::answer).anyMatch(parsed::equals);
    return new Score(parsed, parsed.isEmpty(), equal ? 1 : 0);
  }
}
