package io.prumerge.run.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.settings.ModelHashes;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests what an answer is known by, and that the page says it. */
class AnswerKeyTest {

  private static final ModelKey KEYED =
      new ModelKey(
          new ModelHashes("c", "t", "w", Collections.emptySortedMap()),
          new TreeMap<>(Map.of("dtype", "fp32", "square", 0)),
          new ExecutorKey("2.7.1", "true", "auto", "17", "code"));

  private static AnswerKey key(ModelKey model) {
    return new AnswerKey("i", "", "Why?", 0, List.of(), "none", "", model);
  }

  /** Returns records that differ from another in one component each, nested ones included. */
  private static List<Record> others(Record one) throws ReflectiveOperationException {
    RecordComponent[] parts = one.getClass().getRecordComponents();
    Class<?>[] types = Stream.of(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    List<Record> others = new ArrayList<>();
    for (int changed = 0; changed < parts.length; changed++) {
      Object[] values = new Object[parts.length];
      for (int i = 0; i < parts.length; i++) {
        values[i] = parts[i].getAccessor().invoke(one);
      }
      List<?> instead =
          values[changed] instanceof Record nested
              ? others(nested)
              : List.of(otherOf(types[changed]));
      for (Object value : instead) {
        values[changed] = value;
        others.add((Record) one.getClass().getConstructor(types).newInstance(values));
      }
    }
    return others;
  }

  private static Object otherOf(Class<?> type) {
    if (type == int.class) {
      return 8;
    }
    return type == SortedMap.class ? new TreeMap<>(Map.of("/clip", "h")) : "other";
  }

  @Test
  void everyPartOfTheKeyCounts() throws ReflectiveOperationException {
    AnswerKey key = key(KEYED);

    assertThat(
            Stream.concat(
                    others(KEYED).stream().map(model -> key((ModelKey) model)),
                    Stream.of(
                        key,
                        new AnswerKey("i", "[0.5]", "Why?", 0, List.of(), "none", "", KEYED),
                        new AnswerKey("j", "", "Why?", 0, List.of(), "none", "", KEYED),
                        new AnswerKey("i", "", "Why not?", 0, List.of(), "none", "", KEYED),
                        new AnswerKey("i", "", "Why?", 1, List.of(), "none", "", KEYED),
                        new AnswerKey("i", "", "Why?", 0, List.of("A", "B"), "none", "", KEYED),
                        new AnswerKey("i", "", "Why?", 0, List.of(), "prumerge", "", KEYED),
                        new AnswerKey("i", "", "Why?", 0, List.of(), "none", "another", KEYED)))
                .map(AnswerKey::sha256))
        .hasSize(18)
        .doesNotHaveDuplicates()
        .allSatisfy(hash -> assertThat(hash).matches("[0-9a-f]{64}"));
    assertThat(key(KEYED).sha256())
        .as("the key of a cache that was filled before")
        .isEqualTo("84db5ea9d8da6ac5e5a879cd54f3dd00afe436cf5fba3f858794aed2cbd2997f");
  }

  /** What jobs/README.md calls the parts. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("imageSha256", "image or frames"),
          Map.entry("times", "the frames' times"),
          Map.entry("prompt", "prompt"),
          Map.entry("maxNewTokens", "token limit"),
          Map.entry("letters", "letters"),
          Map.entry("method", "method (with"),
          Map.entry("before", "the questions before it about the image"),
          Map.entry("configSha256", "its settings"),
          Map.entry("tokenizerSha256", "tokenizer"),
          Map.entry("weightsSha256", "weights"),
          Map.entry("clips", "methods' CLIP"),
          Map.entry("settings", "given or by its files"),
          Map.entry("libtorch", "libtorch"),
          Map.entry("mklOnAmd", "`mklOnAmd`"),
          Map.entry("packWeights", "`packWeights`"),
          Map.entry("java", "Java"),
          Map.entry("codeSha256", "code"));

  private static Stream<String> parts(Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .flatMap(
            part -> part.getType().isRecord() ? parts(part.getType()) : Stream.of(part.getName()));
  }

  @Test
  void thePageNamesEveryPart() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("project.root"), "jobs", "README.md"))
            .replaceAll("\\s+", " ");
    String all =
        page.substring(
            page.indexOf("if all that determines it is equal:"),
            page.indexOf("- If an image lacks an answer"));

    assertThat(parts(AnswerKey.class)).containsExactlyInAnyOrderElementsOf(WORDS.keySet());
    assertThat(all).contains(WORDS.values());
  }

  @Test
  void keysOfThisProgramsMethodsNameNoJar() {
    assertThat(
            List.of("none", "prumerge", "random:tokens=@prumerge", "random:tokens=4+topk:tokens=2"))
        .allSatisfy(method -> assertThat(MethodJars.of(method)).isEmpty());
  }
}
