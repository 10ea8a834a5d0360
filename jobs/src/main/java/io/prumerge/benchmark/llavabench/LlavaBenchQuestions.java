package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA-Bench's files: {@code questions.jsonl} with {@code context.jsonl} (captions by image) and
 * {@code answers_gpt4.jsonl} (the reference's answers by question) beside it, or Hugging Face's
 * Parquet files.
 */
final class LlavaBenchQuestions {

  static final String FOLDER = "llava-bench-in-the-wild";
  static final String FILE = "questions.jsonl";

  private static final String ID = "question_id";
  private static final String IMAGE = "image";
  private static final String CATEGORY = "category";
  private static final String CAPTION = "caption";
  private static final String TEXT = "text";

  private static final String QUESTION = "question";
  private static final String ANSWER = "gpt_answer";

  /** Columns of Hugging Face's table. */
  static final Set<String> COLUMNS = Set.of(ID, QUESTION, CATEGORY, CAPTION, ANSWER);

  private LlavaBenchQuestions() {}

  /** Reads the rows of Hugging Face's table. */
  static void hub(HuggingFaceTable table, Consumer<Item> sink) throws IOException {
    Set<String> ids = new HashSet<>();
    table.read(COLUMNS, Set.of(IMAGE, "image_id"), row -> sink.accept(ofRow(row, ids)));
  }

  private static Item ofRow(HuggingFaceRow row, Set<String> ids) {
    JsonNode id = row.id(ID);
    String image = row.optionalText("image_id").orElse(id.asText());
    return checked(
        new Item(
            id,
            row.place(IMAGE, image, 0),
            row.text(QUESTION),
            row.text(CATEGORY),
            row.optionalText(CAPTION),
            row.optionalText(ANSWER)),
        ids,
        row::error);
  }

  /** Reads LLaVA's file, with what a judge needs beside it. */
  static void official(Path file, SourceFiles source, Consumer<Item> sink) throws IOException {
    Map<String, String> captions = new HashMap<>();
    each(source, "context.jsonl", line -> captions.put(line.text(IMAGE), caption(line)));
    Map<String, String> answers = new HashMap<>();
    each(source, "answers_gpt4.jsonl", line -> answers.put(line.id(ID).asText(), line.text(TEXT)));
    Set<String> ids = new HashSet<>();
    JsonLines.read(
        file,
        source.hadoop(),
        line -> {
          JsonNode id = line.id(ID);
          String image = ImageName.checked(line.text(IMAGE), line);
          sink.accept(
              checked(
                  new Item(
                      id,
                      Optional.of(new ImagePlace.InFolder(image)),
                      line.text(TEXT),
                      line.text(CATEGORY),
                      Optional.ofNullable(captions.get(image)),
                      Optional.ofNullable(answers.get(id.asText()))),
                  ids,
                  line::error));
        });
  }

  /** Reads a file that only a judge needs. */
  private static void each(SourceFiles source, String name, Consumer<JsonLine> sink)
      throws IOException {
    Optional<Path> file = source.find(name, FOLDER);
    if (file.isPresent()) {
      JsonLines.read(file.get(), source.hadoop(), sink);
    }
  }

  /** Some captions are lists of sentences. */
  private static String caption(JsonLine line) {
    return line.object().path(CAPTION).isArray()
        ? String.join("\n", line.texts(CAPTION))
        : line.text(CAPTION);
  }

  private static Item checked(
      Item question, Set<String> ids, Function<String, DataException> error) {
    if (!Item.CATEGORIES.contains(question.category())) {
      throw error.apply(
          String.format(
              Locale.ROOT,
              "question %s has the unknown category '%s'; known: %s",
              question.id(),
              question.category(),
              String.join(", ", Item.CATEGORIES)));
    }
    if (!ids.add(question.id().asText())) {
      throw error.apply(
          String.format(Locale.ROOT, "question %s stands there already", question.id()));
    }
    return question;
  }

  /**
   * One question of LLaVA-Bench.
   *
   * @param id the file's own id
   * @param caption description of the image that the reference was given; only a judge needs it
   * @param answer the reference's answer; only a judge needs it
   */
  record Item(
      JsonNode id,
      Optional<ImagePlace> image,
      String question,
      String category,
      Optional<String> caption,
      Optional<String> answer) {

    /** Key in {@link BenchmarkQuestion#extra} of the caption. */
    static final String CAPTION = "caption";

    static final List<String> CATEGORIES = List.of("complex", "conv", "detail");

    BenchmarkQuestion asked(String prompt) {
      BenchmarkQuestion asked =
          BenchmarkQuestion.of(
              id,
              image,
              prompt,
              question,
              category,
              answer.stream().toList(),
              BenchmarkQuestion.LONG_ANSWER);
      return caption.map(text -> asked.with(CAPTION, text)).orElse(asked);
    }
  }
}
