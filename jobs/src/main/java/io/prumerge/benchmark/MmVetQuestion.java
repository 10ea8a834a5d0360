package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One question of MM-Vet.
 *
 * @param id {@code v1_0} to {@code v1_217}
 * @param answer alternatives parted by {@code <OR>}, what must all be there by {@code <AND>}
 * @param capabilities what it takes to answer, in any order
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

  /** Ends the name of a combination of one capability, which is a group of its own too. */
  private static final String ALONE = "_only";

  /** LLaVA's model_vqa. */
  private static final int MAX_NEW_TOKENS = 1024;

  MmVetQuestion {
    capabilities = List.copyOf(capabilities);
  }

  /**
   * Checks the capabilities.
   *
   * @param error makes an error about where the question stands
   */
  MmVetQuestion checked(Function<String, DataException> error) {
    if (capabilities.isEmpty() || !CAPABILITIES.containsAll(capabilities)) {
      throw error.apply(
          "question %s has the capabilities %s; known: %s"
              .formatted(id, capabilities, String.join(", ", CAPABILITIES)));
    }
    return this;
  }

  /** The combination of capabilities, named in one order whatever the file's. */
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
