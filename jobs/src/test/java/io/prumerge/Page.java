package io.prumerge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Markdown page of the repository.
 *
 * @param lines lines of the file
 * @param headings in order, including the title
 * @param links of the text, including images, but not those in code
 */
record Page(Path file, List<String> lines, List<Heading> headings, List<Link> links) {

  private static final Pattern HEADING = Pattern.compile("(#{1,6}) (.*)");
  private static final Pattern LINK = Pattern.compile("(!?)\\[([^\\]]*)]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final String CONTENTS = "Contents";

  /**
   * A heading.
   *
   * @param text text without Markdown's marks
   * @param slug its anchor on GitHub
   */
  record Heading(int level, String text, String slug) {}

  /**
   * A link.
   *
   * @param target a path relative to the page, an anchor, both, or an address
   */
  record Link(String text, String target, boolean picture) {

    boolean external() {
      return target.matches("[a-z]+:.*");
    }

    String path() {
      return target.replaceFirst("#.*", "");
    }

    /** Returns the link's anchor; empty if it has none. */
    String anchor() {
      return target.contains("#") ? target.substring(target.indexOf('#') + 1) : "";
    }
  }

  static Page read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Heading> headings = new ArrayList<>();
    Map<String, Integer> times = new HashMap<>();
    List<String> text = text(lines);
    for (String line : text) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        headings.add(heading(heading.group(1).length(), heading.group(2), times));
      }
    }
    return new Page(file, lines, headings, linksOf(text));
  }

  /** Returns the lines outside fenced code. */
  private static List<String> text(List<String> lines) {
    List<String> text = new ArrayList<>();
    boolean code = false;
    for (String line : lines) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        text.add(line);
      }
    }
    return text;
  }

  /**
   * Returns a heading's anchor by GitHub's rule: lower case; letters, digits, hyphens and
   * underscores stay; spaces become hyphens; a repeated anchor gets a number.
   */
  private static Heading heading(int level, String marked, Map<String, Integer> times) {
    String text = LINK.matcher(marked).replaceAll("$2").replaceAll("[`*]", "").strip();
    String slug =
        text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
    int before = times.merge(slug, 1, Integer::sum) - 1;
    return new Heading(level, text, before == 0 ? slug : slug + "-" + before);
  }

  private static List<Link> linksOf(List<String> text) {
    return Arrays.stream(String.join("\n", text).split("\n\n+")).flatMap(Page::linksOf).toList();
  }

  /** Returns the links of a paragraph. A link's text may hold code, but code holds no links. */
  private static Stream<Link> linksOf(String paragraph) {
    Set<Integer> code =
        CODE.matcher(paragraph)
            .results()
            .flatMap(found -> IntStream.range(found.start(), found.end()).boxed())
            .collect(Collectors.toSet());
    return LINK.matcher(paragraph)
        .results()
        .filter(found -> !code.contains(found.start()))
        .map(found -> new Link(found.group(2), found.group(3), !found.group(1).isEmpty()));
  }

  /** Returns the lines over a limit, except rows of tables. */
  List<String> linesLongerThan(int columns) {
    return lines.stream()
        .filter(line -> !line.startsWith("|"))
        .filter(line -> line.codePointCount(0, line.length()) > columns)
        .toList();
  }

  Set<String> slugs() {
    return headings.stream().map(Heading::slug).collect(Collectors.toSet());
  }

  /** Returns the headings of the second level, which the contents must list. */
  List<Heading> sections() {
    return headings.stream()
        .filter(heading -> heading.level() == 2 && !heading.text().equals(CONTENTS))
        .toList();
  }

  /** Returns the links under the heading "Contents". */
  List<Link> contents() {
    return linksOf(
        lines.stream()
            .dropWhile(line -> !line.equals("## " + CONTENTS))
            .skip(1)
            .takeWhile(line -> !line.startsWith("#"))
            .toList());
  }
}
