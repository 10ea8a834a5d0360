package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares what each method says of itself with what it does. */
class ReducerAboutTest {

  private static final Path SOURCES =
      Path.of(System.getProperty("project.root"), "udfs", "src", "main", "java");

  static Set<String> methods() {
    return TokenReducers.names();
  }

  static Stream<String> methodsWithoutFile() {
    return methods().stream().filter(name -> !TokenReducers.named(name).takesAnyNumber());
  }

  private static MethodSpec shortest(String name, String... more) {
    String example = TokenReducers.named(name).about().example();
    String pairs =
        Stream.concat(Stream.of(example).filter(text -> !text.isEmpty()), Stream.of(more))
            .collect(Collectors.joining(","));
    return MethodSpec.parse(pairs.isEmpty() ? name : name + ":" + pairs);
  }

  @ParameterizedTest
  @MethodSource("methodsWithoutFile")
  void aDefaultIsWhatTheCanonicalSpellingLeavesOut(String name) {
    ReducerFactory method = TokenReducers.named(name);

    assertThat(method.keys()).containsAll(method.about().defaults().keySet());
    method
        .about()
        .defaults()
        .forEach(
            (key, value) ->
                assertThat(shortest(name, key + "=" + value)).as(key).isEqualTo(shortest(name)));
  }

  @ParameterizedTest
  @MethodSource("methodsWithoutFile")
  void theExampleHasWhatTheMethodCannotDoWithout(String name) {
    assertThat(TokenReducers.of(shortest(name)).spec().name()).isEqualTo(name);
    if (!TokenReducers.named(name).about().example().isEmpty()) {
      assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(name));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theClassNamesPaperAndRepositoryToo(String name) throws IOException {
    ReducerFactory method = TokenReducers.named(name);
    String own = method.getClass().getDeclaringClass().getName().replace('.', '/') + ".java";
    String documentation = Files.readString(SOURCES.resolve(own)).replaceAll("\\s+\\*?\\s*", " ");
    if (name.equals("prumerge+")) { // of the same paper as the class next to it
      documentation += Files.readString(SOURCES.resolve(own).resolveSibling("PruMerge.java"));
    }

    String[] begun = documentation.split("class ", 2);
    String said = name.equals("prumerge+") ? documentation : begun[0];
    String paper = method.about().paper().isEmpty() ? "" : "arXiv " + method.about().paper();
    for (String source : List.of(paper, method.about().repository())) {
      assertThat(said.contains(source)).as("name %s in the Javadoc of %s", source, own).isTrue();
    }
  }

  /** What a server has not, or does not know in time, is what the reducer asks for. */
  @ParameterizedTest
  @MethodSource("methodsWithoutFile")
  void aServerCanRunWhatLooksAtEmbeddingsAlone(String name) {
    ReducerFactory method = TokenReducers.named(name);
    assertThat(method.about().servable()).as("about() says servable(...)").isPresent();
    Servable said = method.about().servable().get();
    TokenReducer reducer = TokenReducers.of(shortest(name));
    boolean shown =
        reducer.cuts(576, 32).isEmpty()
            && reducer.inTower().isEmpty()
            && reducer.clips().isEmpty()
            && TowerEvidence.withSources(reducer.sees()).stream()
                .noneMatch(one -> one.ofClassToken() || !one.layers().isEmpty());

    assertThat(said.answer())
        .isEqualTo(
            !shown
                ? Servable.Answer.NO
                : method.keys().contains(TokenBudget.KEY)
                    ? Servable.Answer.WITH_A_FIXED_COUNT
                    : Servable.Answer.YES);
    assertThat(said.why().split(" ")).hasSizeBetween(2, 5);
  }

  @Test
  void nobodyHasSaidItOfAMethodOfAJar() {
    assertThat(ReducerFactory.About.OURS.example("tokens=64").servable()).isEmpty();
    assertThat(new ReducerFactory.About("", "", "", new TreeMap<>(), true).servable()).isEmpty();
    assertThat(Servable.withAFixedCount("compares features"))
        .hasToString("with a fixed count: compares features");
  }
}
