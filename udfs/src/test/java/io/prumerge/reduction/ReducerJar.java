package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** Somebody's own reducer: compiled, packed with its line of registration, seen by one loader. */
public final class ReducerJar {

  /** {@code NAME:key=N} keeps every N-th patch; CLASS and NAME are to be filled in. */
  private static final String SOURCE =
      """
      package stranger;

      import io.prumerge.reduction.MethodSpec;
      import io.prumerge.reduction.Parameters;
      import io.prumerge.reduction.PatchTokens;
      import io.prumerge.reduction.Reduction;
      import io.prumerge.reduction.ReducerFactory;
      import io.prumerge.reduction.TokenReducer;
      import java.util.List;
      import java.util.Map;
      import java.util.TreeMap;
      import java.util.stream.IntStream;

      public final class CLASS implements ReducerFactory {

        record EveryNth(int step) implements TokenReducer {

          @Override
          public MethodSpec spec() {
            return new MethodSpec("SPEC", new TreeMap<>(Map.of("key", Integer.toString(step))));
          }

          @Override
          public int tokens(PatchTokens patches) {
            return kept(patches).length;
          }

          @Override
          public Reduction reduce(PatchTokens patches) {
            return patches.gather(kept(patches));
          }

          private int[] kept(PatchTokens patches) {
            return IntStream.range(0, patches.count()).filter(i -> i % step == 0).toArray();
          }
        }

        @Override
        public String name() {
          return "NAME";
        }

        @Override
        public List<String> keys() {
          return List.of("key");
        }

        @Override
        public TokenReducer create(Parameters parameters) {
          return new EveryNth(parameters.count("key").orElse(2));
        }
      }
      """;

  /** {@code NAME:key=N} keeps tokens 1 and 2 in the decoder; for N above 1 it does it wrong. */
  private static final String CUTTING_SOURCE =
      """
      package stranger;

      import io.prumerge.reduction.CutPositions;
      import io.prumerge.reduction.DecoderReducer;
      import io.prumerge.reduction.Evidence;
      import io.prumerge.reduction.KeptTokens;
      import io.prumerge.reduction.LayerCut;
      import io.prumerge.reduction.MethodSpec;
      import io.prumerge.reduction.Parameters;
      import io.prumerge.reduction.ReducerFactory;
      import io.prumerge.reduction.SeenTokens;
      import io.prumerge.reduction.TokenReducer;
      import java.util.List;
      import java.util.Map;
      import java.util.TreeMap;

      public final class CLASS implements ReducerFactory {

        record Cut(int way) implements LayerCut {
          @Override public int layer() { return 1; }
          @Override public CutPositions positions() { return CutPositions.PACKED; }
          @Override public List<Evidence> sees() {
            return way % 2 == 0 ? List.of() : List.of(new Evidence.LastRowAttention(1));
          }
          @Override public int count(int tokens) {
            if (way == 8) throw new IllegalStateException("no count");
            return way == 7 ? tokens + 1 : 2;
          }
          @Override public KeptTokens keep(SeenTokens seen) {
            switch (way) {
              case 2: return KeptTokens.of(1, 576);
              case 3: return KeptTokens.of(1, 1);
              case 4: return KeptTokens.of(2, 1);
              case 5: return null;
              case 6: throw new IllegalStateException("no idea");
              default: return KeptTokens.of(1, 2);
            }
          }
        }

        static final class Cutting extends DecoderReducer {
          private final int way;

          Cutting(int way) {
            super(new MethodSpec("NAME", new TreeMap<>(Map.of("key", Integer.toString(way)))));
            this.way = way;
          }

          @Override public List<LayerCut> cuts(int tokens, int layers) {
            if (way == 9) throw new IllegalStateException("no cuts");
            return List.of(new Cut(way));
          }
        }

        @Override public String name() { return "NAME"; }
        @Override public List<String> keys() { return List.of("key"); }
        @Override public TokenReducer create(Parameters parameters) {
          return new Cutting(parameters.count("key").orElse(1));
        }
      }
      """;

  /** {@code NAME:attention=W,key=S,tokens=N}, written before parameters were declared. */
  private static final String FORMER_SOURCE =
      """
      package stranger;

      import io.prumerge.reduction.AbstractReducerFactory;
      import io.prumerge.reduction.Parameters;
      import io.prumerge.reduction.PatchTokens;
      import io.prumerge.reduction.Reduction;
      import io.prumerge.reduction.ScoringAttention;
      import io.prumerge.reduction.Stage;
      import io.prumerge.reduction.TokenBudget;
      import io.prumerge.reduction.tower.BudgetReducer;
      import java.util.List;
      import java.util.Map;
      import java.util.Set;

      public final class CLASS extends AbstractReducerFactory {

        static final class First extends BudgetReducer {

          First(Parameters parameters, double share) {
            super(
                parameters,
                ScoringAttention.of(parameters)
                    .with(share == 0.5 ? Map.of() : Map.of("key", Parameters.plain(share))),
                Set.of());
          }

          @Override
          protected Reduction reduce(PatchTokens patches, int tokens) {
            int[] kept = new int[tokens];
            for (int i = 0; i < tokens; i++) {
              kept[i] = tokens - 1 - i;
            }
            return spatial(patches, Stage.BEFORE_CONNECTOR, kept);
          }
        }

        public CLASS() {
          super(
              "NAME",
              List.of(ScoringAttention.KEY, "key", TokenBudget.KEY),
              About.of("2401.00001", "")
                  .example("tokens=64")
                  .with(ScoringAttention.KEY, "class")
                  .with("key", 0.5),
              parameters -> new First(parameters, parameters.share("key").orElse(0.5)));
        }
      }
      """;

  private ReducerJar() {}

  /** A jar with a method that reads its keys by their names. */
  static Path former(Path folder, String simpleName, String name) throws IOException {
    return of(folder, simpleName, name, name, FORMER_SOURCE);
  }

  /** A jar with a method that cuts in the decoder: rightly with {@code key=1}, else wrongly. */
  public static Path cutting(Path folder, String simpleName, String name) throws IOException {
    return of(folder, simpleName, name, name, CUTTING_SOURCE);
  }

  /** This project's methods and some others, as an error lists them. */
  static String knownMethods(String... others) {
    return Stream.concat(
            ServiceLoader.load(ReducerFactory.class, ReducerFactory.class.getClassLoader()).stream()
                .map(provider -> provider.get().name()),
            Stream.of(others))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /**
   * A jar with one method.
   *
   * @param folder an empty one; the jar is made in it
   * @param simpleName of the class, in the package {@code stranger}
   * @param name of the method; it has one key, {@code key}
   */
  public static Path of(Path folder, String simpleName, String name) throws IOException {
    return of(folder, simpleName, name, name);
  }

  /**
   * @param spec the name in the spec of the reducer, which should be that of the method
   */
  static Path of(Path folder, String simpleName, String name, String spec) throws IOException {
    return of(folder, simpleName, name, spec, SOURCE);
  }

  private static Path of(Path folder, String simpleName, String name, String spec, String text)
      throws IOException {
    Path source = folder.resolve(simpleName + ".java");
    Files.writeString(
        source, text.replace("CLASS", simpleName).replace("NAME", name).replace("SPEC", spec));
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, problems, "-d", "" + folder, "-cp", classPath(), "" + source);
    assertThat(code).as(problems.toString(StandardCharsets.UTF_8)).isZero();
    Path jar = folder.resolve(simpleName + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file);
        Stream<Path> classes = Files.list(folder.resolve("stranger"))) {
      entries.putNextEntry(new ZipEntry("META-INF/services/" + ReducerFactory.class.getName()));
      entries.write(("stranger." + simpleName + "\n").getBytes(StandardCharsets.UTF_8));
      for (Path made : classes.sorted().toList()) {
        entries.putNextEntry(new ZipEntry("stranger/" + made.getFileName()));
        Files.copy(made, entries);
      }
    }
    return jar;
  }

  private static String classPath() {
    try {
      URL classes = ReducerFactory.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(classes.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** What the body says and does in a thread that sees these jars, as Spark's tasks do. */
  public interface Body {
    void run() throws Exception;
  }

  /** Runs the body with a context class loader that sees the jars. */
  public static void seen(Body body, Path... jars) throws Exception {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls, ReducerFactory.class.getClassLoader())) {
      in(loader, body);
    }
  }

  /** Runs the body with this context class loader. */
  static void in(ClassLoader loader, Body body) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      body.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
