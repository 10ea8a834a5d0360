package io.prumerge.console;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.engine.LlavaEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Where classes come from.
 *
 * @param path a jar, or a folder of classes
 */
public record CodeOrigin(Path path) {

  private static final String OWN = "io/prumerge/";

  // by class, so that a jar that is replaced later does not stand for the classes of before
  private static final ClassValue<String> HASHES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return String.join(", ", hashes(type));
        }
      };

  /** Returns the origin of a class. */
  public static CodeOrigin of(Class<?> type) {
    return of(type.getProtectionDomain().getCodeSource().getLocation());
  }

  private static CodeOrigin of(URL location) {
    try {
      return new CodeOrigin(Path.of(location.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The code source " + location + " is no URI", e);
    }
  }

  /** Returns the jars or folders of this program: one when it is packed. */
  static List<CodeOrigin> ofThisProgram() {
    return Stream.of(LlavaEngine.class, CodeOrigin.class).map(CodeOrigin::of).distinct().toList();
  }

  /** Returns whether a class is not this program's, even if it is packed in one jar with it. */
  public static boolean isAdded(Class<?> type) {
    return !ofThisProgram().contains(of(type)) || !type.getName().replace('.', '/').startsWith(OWN);
  }

  /**
   * Returns the SHA-256, in hexadecimal, of each jar whose code an added class may use, separated
   * by commas: first of the one that it comes from, then, sorted, of all others that its class
   * loader and those above it were given, as by {@code --jars}, of those that the {@code
   * Class-Path} of one of these names, and of what is packed with this program and is not its own.
   * Of a folder, that of its files.
   */
  public static String sha256(Class<?> type) {
    return HASHES.get(type);
  }

  private static List<String> hashes(Class<?> type) {
    List<CodeOrigin> ours = ofThisProgram();
    CodeOrigin own = of(type);
    List<String> hashes = new ArrayList<>();
    Set<String> others = new TreeSet<>();
    Set<CodeOrigin> seen = new HashSet<>(ours);
    Deque<CodeOrigin> given = new ArrayDeque<>(given(type.getClassLoader()));
    if (seen.add(own)) {
      hashes.add(own.hash());
      given.addAll(own.classPath());
    }
    while (!given.isEmpty()) {
      CodeOrigin origin = given.remove();
      if (Files.exists(origin.path) && seen.add(origin)) {
        others.add(origin.hash());
        given.addAll(origin.classPath());
      }
    }
    ours.forEach(origin -> origin.hashOfOthers().ifPresent(others::add));
    hashes.addAll(others);
    return hashes;
  }

  /** Returns what a class loader and those above it were given, but for Java's own class path. */
  private static List<CodeOrigin> given(ClassLoader loader) {
    List<CodeOrigin> given = new ArrayList<>();
    for (ClassLoader one = loader; one != null; one = one.getParent()) {
      if (one instanceof URLClassLoader urls) {
        Stream.of(urls.getURLs())
            .filter(url -> url.getProtocol().equals("file"))
            .map(CodeOrigin::of)
            .forEach(given::add);
      }
    }
    return given;
  }

  /**
   * Returns the jars that a jar's manifest names by paths as its class path; not folders, which may
   * hold anything. Empty of a folder, and of a file that is no jar.
   */
  private List<CodeOrigin> classPath() {
    if (Files.isDirectory(path)) {
      return List.of();
    }
    try (JarFile jar = new JarFile(path.toFile())) {
      return Optional.ofNullable(jar.getManifest())
          .map(manifest -> manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH))
          .stream()
          .flatMap(Pattern.compile("\\s+")::splitAsStream)
          .flatMap(this::named)
          .filter(Files::isRegularFile)
          .map(CodeOrigin::new)
          .toList();
    } catch (ZipException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the jar " + path, e);
    }
  }

  private Stream<Path> named(String place) {
    try {
      return Stream.of(Path.of(path.toUri().resolve(place)).normalize());
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return Stream.empty(); // no path, but another host's, or text
    }
  }

  private String hash() {
    try {
      if (!Files.isDirectory(path)) {
        try (InputStream jar = Files.newInputStream(path)) {
          return Sha256.hexOfStream(jar);
        }
      }
      MessageDigest digest = Sha256.digest();
      addTo(digest, place -> true);
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the jar " + path, e);
    }
  }

  /**
   * Adds files of the jar or folder to a digest, with their places.
   *
   * @param counts tells by its place which file counts
   */
  void addTo(MessageDigest digest, Predicate<Path> counts) throws IOException {
    if (Files.isDirectory(path)) {
      add(digest, path, counts);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(path)) {
        add(digest, jar.getPath("/"), counts);
      }
    }
  }

  private static void add(MessageDigest digest, Path root, Predicate<Path> counts)
      throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path place = root.relativize(file);
        if (counts.test(place)) {
          digest.update((place + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
  }

  /**
   * Returns the hash of what is packed in this program's jar and is not its own: of the names,
   * lengths and checksums that the jar has of them. Empty of a folder, or if there is nothing.
   */
  private Optional<String> hashOfOthers() {
    if (Files.isDirectory(path)) {
      return Optional.empty();
    }
    try (ZipFile jar = new ZipFile(path.toFile())) {
      String all =
          jar.stream()
              .filter(entry -> !entry.isDirectory())
              .filter(entry -> Stream.of(OWN, "META-INF/").noneMatch(entry.getName()::startsWith))
              .map(CodeOrigin::state)
              .sorted()
              .collect(Collectors.joining("\n"));
      return Optional.of(all)
          .filter(text -> !text.isEmpty())
          .map(text -> Sha256.hex(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the jar " + path, e);
    }
  }

  private static String state(ZipEntry entry) {
    return entry.getName() + "\t" + entry.getSize() + "\t" + Long.toHexString(entry.getCrc());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
