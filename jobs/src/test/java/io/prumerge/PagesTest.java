package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks the repository's pages: short lines, complete contents, valid links, names of pages. */
class PagesTest {

  private static final Path ROOT =
      Path.of(System.getProperty("project.root")).toAbsolutePath().normalize();

  private static final Path FRONT = ROOT.resolve("README.md");

  private static final List<String> FOLDERS = List.of("jobs", "udfs", "conf", "notebooks");

  /** The pages that a hosting service shows by itself. */
  private static final String HOSTING = ".github";

  private static final Path PICTURES = ROOT.resolve("notebooks/pictures");

  /** A row of the pictures' page: name, what it shows, commit, day. */
  private static final Pattern PICTURE =
      Pattern.compile(
          "\\| \\[([^]]+)]\\(\\1\\) \\| .+ \\| `([0-9a-f]{8})` \\| \\d{4}-\\d{2}-\\d{2} \\|");

  /** A page that code, a message or a setting names, and perhaps one of its sections. */
  private static final Pattern NAMED =
      Pattern.compile(
          "\\b((?:jobs|udfs|conf|notebooks)/[\\w/-]+\\.md)(?:#([\\w-]+)|, \"?([A-Z][\\w ]+)[\")])?");

  /** A page that is named by its file's name alone. */
  private static final Pattern NAMED_SHORTLY = Pattern.compile("(?<![\\w/.-])([A-Z]{2,}\\.md)\\b");

  /** Files that may name pages. */
  private static final Pattern NAMING =
      Pattern.compile(
          ".+\\.(java|py|ipynb|sh|ya?ml|conf|properties|mustache|options|schema\\.json|xml)");

  /** Folders of files that others wrote, or that hold data. */
  private static final Set<String> NOT_NAMING = Set.of("target", "goldens", "runs", "mini-llava");

  /** The most sections of a page without a list of contents. */
  private static final int FEW = 1;

  /** Fewer sources than there are, so that a walk that finds none is noticed. */
  private static final int MANY = 500;

  private static Map<Path, Page> pages;

  @BeforeAll
  static void readAll() throws IOException {
    pages = new TreeMap<>();
    pages.put(FRONT, Page.read(FRONT));
    for (String folder : Stream.concat(FOLDERS.stream(), Stream.of(HOSTING)).toList()) {
      for (Path file : markdownBelow(ROOT.resolve(folder))) {
        pages.put(file, Page.read(file));
      }
    }
  }

  /** Returns all pages, except in build outputs and hidden folders below it. */
  private static List<Path> markdownBelow(Path folder) throws IOException {
    return below(folder, Set.of("target"), Pattern.compile(".+\\.md"));
  }

  /** Returns the files below a folder, without those of hidden folders and of the named ones. */
  private static List<Path> below(Path folder, Set<String> without, Pattern names)
      throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes ignored) {
            String name = directory.getFileName().toString();
            return without.contains(name) || name.startsWith(".") && !directory.equals(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes ignored) {
            if (names.matcher(file.getFileName().toString()).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  @Test
  void everyFolderHasAPage() {
    assertThat(pages.keySet())
        .containsAll(
            FOLDERS.stream().map(name -> ROOT.resolve(name).resolve("README.md")).toList());
  }

  @Test
  void theFrontPageFitsOnAScreen() {
    Page front = pages.get(FRONT);

    assertThat(front.lines()).hasSizeLessThanOrEqualTo(120);
    assertThat(front.linesLongerThan(100)).isEmpty();
    assertThat(front.links().stream().filter(Page.Link::picture)).hasSize(2);
  }

  @Test
  void noLineIsTooLong() {
    assertThat(problems(page -> page.linesLongerThan(120))).isEmpty();
  }

  @Test
  void contentsAreTheHeadings() {
    pages.forEach(
        (file, page) -> {
          if (!file.equals(FRONT) && page.sections().size() > FEW) {
            assertThat(page.contents())
                .as("contents of %s", ROOT.relativize(file))
                .containsExactlyElementsOf(
                    page.sections().stream()
                        .map(heading -> new Page.Link(heading.text(), "#" + heading.slug(), false))
                        .toList());
          }
        });
  }

  @Test
  void linksLeadSomewhere() {
    assertThat(
            problems(
                page ->
                    page.links().stream()
                        .filter(link -> !leadsSomewhere(page.file(), link))
                        .map(Page.Link::target)
                        .toList()))
        .isEmpty();
  }

  /** A message that names a page that is not there helps nobody. */
  @Test
  void pagesThatOtherFilesNameAreThere() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path file : namingFiles()) {
      String text = Files.readString(file);
      Stream.concat(
              NAMED.matcher(text).results().filter(named -> !isThere(named)),
              NAMED_SHORTLY.matcher(text).results().filter(named -> !isPage(named.group(1))))
          .forEach(named -> problems.add(ROOT.relativize(file) + ": " + named.group()));
    }

    assertThat(problems).isEmpty();
  }

  private static boolean isThere(MatchResult named) {
    Page page = pages.get(ROOT.resolve(named.group(1)));
    return page != null
        && (named.group(2) == null || page.slugs().contains(named.group(2)))
        && (named.group(3) == null
            || page.headings().stream().anyMatch(one -> one.text().equals(named.group(3))));
  }

  private static boolean isPage(String name) {
    return pages.keySet().stream().anyMatch(page -> page.endsWith(name));
  }

  /** Returns sources, settings and notebooks. */
  private static List<Path> namingFiles() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : Stream.concat(FOLDERS.stream(), Stream.of(HOSTING)).toList()) {
      found.addAll(below(ROOT.resolve(folder), NOT_NAMING, NAMING));
    }
    assertThat(found).hasSizeGreaterThan(MANY);
    return found;
  }

  @Test
  void everyPageIsReachedFromTheFrontPage() {
    Set<Path> reached = new TreeSet<>(Set.of(FRONT));
    Deque<Path> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      Page page = pages.get(open.pop());
      page.links().stream()
          .filter(link -> !link.external())
          .map(link -> file(page.file(), link))
          .filter(pages::containsKey)
          .filter(reached::add)
          .forEach(open::push);
    }

    assertThat(pages.keySet()).containsExactlyElementsOf(reached);
  }

  @Test
  void everyShownPictureSaysItsCommit() {
    assertThat(commitsOfPictures().keySet()).containsExactlyElementsOf(shownPictures());
  }

  /**
   * Pictures of several commits would show commands that differ from each other. Between releases a
   * picture may be made anew without the others.
   */
  @Test
  @Tag("slow")
  void allPicturesOfAReleaseAreOfOneCommit() throws IOException {
    assumeThat(Files.readString(ROOT.resolve("pom.xml")).lines())
        .as("a version that is released")
        .noneMatch(line -> line.matches("  <version>.*-SNAPSHOT</version>"));
    assertThat(new TreeSet<>(commitsOfPictures().values())).hasSize(1);
  }

  private static Map<Path, String> commitsOfPictures() {
    Map<Path, String> commits = new TreeMap<>();
    pages.get(PICTURES.resolve("MADE.md")).lines().stream()
        .map(PICTURE::matcher)
        .filter(Matcher::matches)
        .forEach(row -> commits.put(PICTURES.resolve(row.group(1)), row.group(2)));
    return commits;
  }

  private static Set<Path> shownPictures() {
    return pages.values().stream()
        .flatMap(
            page ->
                page.links().stream()
                    .filter(link -> link.picture() && !link.external())
                    .map(link -> file(page.file(), link)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Collects the errors of pages, each with its page's name. */
  private static List<String> problems(Function<Page, List<String>> check) {
    return pages.values().stream()
        .flatMap(
            page ->
                check.apply(page).stream()
                    .map(problem -> ROOT.relativize(page.file()) + ": " + problem))
        .toList();
  }

  private static boolean leadsSomewhere(Path from, Page.Link link) {
    if (link.external()) {
      return true;
    }
    Path file = file(from, link);
    String anchor = link.anchor();
    return file.startsWith(ROOT)
        && Files.exists(file)
        && (anchor.isEmpty()
            || pages.containsKey(file) && pages.get(file).slugs().contains(anchor));
  }

  private static Path file(Path from, Page.Link link) {
    return link.path().isEmpty() ? from : from.resolveSibling(link.path()).normalize();
  }
}
