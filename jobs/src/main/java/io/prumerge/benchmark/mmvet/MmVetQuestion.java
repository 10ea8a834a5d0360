package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One question of MM-Vet.
 *
 * @param id {@code v1_0} to {@code v1_217}
 * @param answer alternatives separated by {@code <OR>}, parts that are all required by {@code
 *     <AND>}
 * @param capabilities required to answer, in any order
 */
record MmVetQuestion(
    String id,
    Optional<ImagePlace> image,
    String question,
    String answer,
    List<String> capabilities) {

  private static final String ID_PREFIX = "v1_";
  private static final String ID = "question_id";
  private static final String QUESTION = "question";
  private static final String ANSWER = "answer";
  private static final String CAPABILITY = "capability";

  /** Columns of the Hugging Face table, beside {@link #IMAGE}. */
  static final Set<String> COLUMNS = Set.of(ID, QUESTION, ANSWER, CAPABILITY);

  static final String IMAGE = "image";

  /** Recognition, OCR, knowledge, generation, spatial awareness, mathematics. */
  private static final List<String> CAPABILITIES =
      List.of("rec", "ocr", "know", "gen", "spat", "math");

  /**
   * Suffix for a combination of one capability, because the plain name is the group of all
   * questions with it.
   */
  private static final String ALONE = "_only";

  MmVetQuestion {
    capabilities = List.copyOf(capabilities);
  }

  /** A field of the official file. */
  static MmVetQuestion of(String id, JsonLine line, QuestionIds ids) {
    requireNew(id, ids, line.where());
    String image = ImageName.checked(line.text("imagename"), line);
    return new MmVetQuestion(
            id,
            Optional.of(new ImagePlace.InFolder(image)),
            line.text(QUESTION),
            line.text(ANSWER),
            line.texts(CAPABILITY))
        .checked(line::error);
  }

  /** A row of the Hugging Face table. */
  static MmVetQuestion of(HuggingFaceRow row, QuestionIds ids) {
    String id = vetId(row.id(ID).asText());
    requireNew(id, ids, row.where());
    return new MmVetQuestion(
            id,
            row.place(IMAGE, id, 0),
            row.text(QUESTION),
            row.text(ANSWER),
            List.of(row.text(CAPABILITY).split(",")))
        .checked(row::error);
  }

  private static void requireNew(String id, QuestionIds ids, String where) {
    if (!ids.next(id).equals(id)) {
      throw new DataException(
          String.format(Locale.ROOT, "%s: question %s stands there already", where, id));
    }
  }

  /** The official id; LLaVA's files have its number only. */
  static String vetId(String id) {
    return id.startsWith(ID_PREFIX) ? id : ID_PREFIX + id;
  }

  /**
   * Checks the capabilities.
   *
   * @param error creates an exception that names the question's place
   */
  private MmVetQuestion checked(Function<String, DataException> error) {
    if (capabilities.isEmpty() || !CAPABILITIES.containsAll(capabilities)) {
      throw error.apply(
          String.format(
              Locale.ROOT,
              "question %s has the capabilities %s; known: %s",
              id,
              capabilities,
              String.join(", ", CAPABILITIES)));
    }
    return this;
  }

  /** The name of the combination of capabilities, in a fixed order. */
  private String combination() {
    List<String> names = CAPABILITIES.stream().filter(capabilities::contains).toList();
    return names.size() == 1 ? names.get(0) + ALONE : String.join("_", names);
  }

  BenchmarkQuestion asked(String prompt) {
    return BenchmarkQuestion.of(
            TextNode.valueOf(id),
            image,
            prompt,
            question,
            combination(),
            List.of(answer),
            BenchmarkQuestion.LONG_ANSWER)
        .with(BenchmarkQuestion.GROUPS, String.join("\n", new TreeSet<>(capabilities)));
  }
}
