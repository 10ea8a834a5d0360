package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

  /** Recognition, OCR, knowledge, generation, spatial awareness, mathematics. */
  private static final List<String> CAPABILITIES =
      List.of("rec", "ocr", "know", "gen", "spat", "math");

  /**
   * Suffix for a combination of one capability, because the plain name is the group of all
   * questions with it.
   */
  private static final String ALONE = "_only";

  /** LLaVA's model_vqa. */
  private static final int MAX_NEW_TOKENS = 1024;

  MmVetQuestion {
    capabilities = List.copyOf(capabilities);
  }

  /**
   * Checks the capabilities.
   *
   * @param error creates an exception that names the question's place
   */
  MmVetQuestion checked(Function<String, DataException> error) {
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
    return new BenchmarkQuestion(
        id,
        image,
        prompt,
        question,
        combination(),
        List.of(answer),
        List.of(),
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(
            BenchmarkQuestion.FILE_ID,
            TextNode.valueOf(id).toString(),
            BenchmarkQuestion.GROUPS,
            String.join("\n", new TreeSet<>(capabilities))));
  }
}
