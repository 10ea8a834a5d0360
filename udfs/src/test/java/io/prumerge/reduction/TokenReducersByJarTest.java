package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.prumerge.service.ServiceException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that come in jars of their own. */
class TokenReducersByJarTest {
  private static final String UNKNOWN =
      "Unknown method 'mine'; known: " + ReducerJar.knownMethods();

  @TempDir private Path folder;

  private Path jar(String simpleName, String name, String spec) throws IOException {
    return ReducerJar.of(Files.createDirectory(folder.resolve(simpleName)), simpleName, name, spec);
  }

  private Path mine() throws IOException {
    return jar("Mine", "mine", "mine");
  }

  @Test
  void aMethodOfAJarIsSpeltLikeTheOthers() throws Exception {
    PatchTokens patches = ArrayPatchTokens.scored(new float[16]);

    ReducerJar.seen(
        () -> {
          MethodSpec spec = MethodSpec.parse("mine:key=03");
          assertThat(spec).hasToString("mine:key=3");
          assertThat(MethodSpec.parse("mine")).hasToString("mine:key=2");
          assertThat(TokenReducers.of(spec).reduce(patches).keptIndices().orElseThrow())
              .containsExactly(0, 3, 6, 9, 12, 15);
          MethodSpec uniform = MethodSpec.parse("uniform:tokens=@mine:key=4");
          assertThat(uniform).hasToString("uniform:tokens=@mine:key=4");
          assertThat(TokenReducers.of(uniform).tokens(patches)).isEqualTo(4);
        },
        mine());
  }

  @Test
  void itsKeysAreCheckedLikeThoseOfOthers() throws Exception {
    ReducerJar.seen(
        () -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("mine:k=3"))
              .withMessage("Unknown key 'k' of method 'mine'; known: key, positions");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("mine:key=0"))
              .withMessage(
                  "Cannot use method 'mine:key=0': key must be a whole number from 1 to 2147483647"
                      + " but was '0'");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("yours"))
              .withMessage("Unknown method 'yours'; known: " + ReducerJar.knownMethods("mine"));
        },
        mine());
  }

  @Test
  void aMethodThatReadsItsKeysByTheirNamesGoesOn() throws Exception {
    ReducerJar.seen(
        () -> {
          assertThat(MethodSpec.parse("former:tokens=03,key=.50,attention=class"))
              .hasToString("former:tokens=3");
          MethodSpec spec = MethodSpec.parse("former:tokens=3,attention=received,key=.25");
          assertThat(spec).hasToString("former:attention=received,key=0.25,tokens=3");
          assertThat(
                  TokenReducers.of(spec)
                      .reduce(ArrayPatchTokens.scored(new float[16]))
                      .keptIndices()
                      .orElseThrow())
              .containsExactly(0, 1, 2);
          assertThat(TokenReducers.named("former").about().defaults())
              .isEqualTo(Map.of("attention", "class", "key", "0.5"));
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("former:keys=1,tokens=3"))
              .withMessage(
                  "Unknown key 'keys' of method 'former'; known: attention, key, tokens, positions;"
                      + " did you mean key?");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("former"))
              .withMessageContaining("give tokens=N or tokens=@METHOD, as in former:tokens=64, or");
        },
        ReducerJar.former(Files.createDirectory(folder.resolve("Former")), "Former", "former"));
  }

  @Test
  void aMethodIsKnownOnlyWhereItsJarIsSeen() throws Exception {
    Path jar = mine();
    ReducerJar.seen(() -> assertThat(MethodSpec.parse("mine")).isNotNull(), jar);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("mine"))
        .withMessage(UNKNOWN);
  }

  @Test
  void aJarThatIsAddedToAClassLoaderInUseIsSeen() throws Exception {
    try (GrowingClassLoader loader = new GrowingClassLoader()) {
      ReducerJar.in(
          loader,
          () -> {
            assertThatIllegalArgumentException()
                .isThrownBy(() -> MethodSpec.parse("mine"))
                .withMessage(UNKNOWN);
            loader.addURL(mine().toUri().toURL());
            assertThat(MethodSpec.parse("mine")).hasToString("mine:key=2");
          });
    }
  }

  /** As Spark's, to which a task adds jars. */
  private static final class GrowingClassLoader extends URLClassLoader {

    GrowingClassLoader() {
      super(new URL[0], ReducerFactory.class.getClassLoader());
    }

    @Override
    public void addURL(URL url) {
      super.addURL(url);
    }
  }

  @Test
  void oursAreFoundWhereTheThreadDoesNotSeeThisProject() throws Exception {
    for (ClassLoader other : new ClassLoader[] {null, ClassLoader.getPlatformClassLoader()}) {
      ReducerJar.in(
          other, () -> assertThat(MethodSpec.parse("prumerge:k=3")).hasToString("prumerge:k=3"));
    }
  }

  @Test
  void twoMethodsOfOneNameAreRefusedByTheNamesOfTheirClasses() throws Exception {
    ReducerJar.seen(
        () -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> MethodSpec.parse("mine"))
              .withMessage(
                  "Cannot use method 'mine': several classes offer it: stranger.Mine,"
                      + " stranger.Other; leave out the jar of all but one");
          assertThat(MethodSpec.parse("prumerge")).as("the others").isNotNull();
        },
        mine(),
        jar("Other", "mine", "mine"));
  }

  @Test
  void aNameOfOursCannotBeTaken() throws Exception {
    ReducerJar.seen(
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> MethodSpec.parse("none"))
                .withMessageContaining(
                    "io.prumerge.reduction.control.AllTokens$Factory, stranger.Nothing;"),
        jar("Nothing", "none", "none"));
  }

  @Test
  void aReducerOfAnotherNameIsRefused() throws Exception {
    ReducerJar.seen(
        () ->
            assertThatIllegalStateException()
                .isThrownBy(() -> MethodSpec.parse("mine"))
                .withMessage(
                    "Cannot use method 'mine': the spec of the reducer that stranger.Renamed made"
                        + " is 'yours:key=2'; its name must be the method's"),
        jar("Renamed", "mine", "yours"));
  }

  /** One bad jar would end every command, and ServiceLoader does not name it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stranger.Absent | there is no such class",
        "io.prumerge.reduction.MethodSpec | it is no io.prumerge.reduction.ReducerFactory",
        "io.prumerge.reduction.AbstractReducerFactory | it must be public, not abstract, with a"
            + " public constructor without parameters",
        "\ufeffstranger.Absent | the line begins with U+FEFF, as no class's name does",
        "io.prumerge.reduction.TokenReducersByJarTest$Failing | IllegalStateException: static no",
      })
  void aListedClassThatCannotBeLoadedIsNamedWithItsJar(String listed, String problem)
      throws Exception {
    Path jar = folder.resolve("a jar.jar");
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new ZipEntry("META-INF/services/" + ReducerFactory.class.getName()));
      entries.write(("# a comment\n" + listed + " # one more\n").getBytes(StandardCharsets.UTF_8));
    }
    for (int time = 0; time < 2; time++) {
      ReducerJar.seen(
          () ->
              assertThatExceptionOfType(ServiceException.class)
                  .isThrownBy(() -> MethodSpec.parse("prumerge"))
                  .withMessageStartingWith("Cannot load the method %s of %s: ", listed, jar)
                  .withMessageContaining(problem)
                  .withMessageEndingWith("; mend it, or leave it off the class path"),
          jar);
    }
  }

  /** A class that cannot be initialised. */
  public static final class Failing extends AbstractReducerFactory {

    private static final String NAME = no();

    public Failing() {
      super(NAME, List.of(), About.OURS, null);
    }

    private static String no() {
      throw new IllegalStateException("static no");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Edge First", "edge:first", "../x", "a+b", "a,b", "a=b", "@a"})
  void aNameOfAnotherFormIsRefusedWithItsJar(String name) throws Exception {
    Path jar = jar("Odd", name, name);
    ReducerJar.seen(
        () ->
            assertThatExceptionOfType(ServiceException.class)
                .isThrownBy(() -> MethodSpec.parse("prumerge"))
                .withMessageStartingWith(
                    "Cannot load the method stranger.Odd of %s: it cannot be called '%s': a name",
                    jar, name),
        jar);
  }
}
