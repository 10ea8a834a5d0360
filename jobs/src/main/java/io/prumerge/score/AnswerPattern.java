package io.prumerge.score;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A path whose names say how answers were made: {@code answers/llava-v1.5-7b-{method}-Tok{tokens}
 * .jsonl}. The label of a file is what stands for {@code {method}}, with {@code :tokens=N} behind
 * it where {@code {tokens}} stands; {@code {any}} stands for what changes nothing.
 */
record AnswerPattern(String text) {

  private static final String METHOD = "method";
  private static final String TOKENS = "tokens";
  private static final Pattern PART = Pattern.compile("\\{(" + METHOD + "|" + TOKENS + "|any)}");

  /** Returns whether a path has a part that stands for others. */
  static boolean isOne(String place) {
    return PART.matcher(place).find();
  }

  /**
   * Reads a pattern.
   *
   * @throws UsageException if it does not say where the method stands
   */
  static AnswerPattern of(String text) {
    if (!text.contains("{" + METHOD + "}")) {
      throw new UsageException(
          Wording.of(
              "%s %s: a pattern has {method} where the files' names say how answers were made, and"
                  + " may have {tokens} and {any}",
              Setting.ANSWERS, text));
    }
    return new AnswerPattern(text);
  }

  /**
   * Returns the files and folders that fit, by their labels, in the order of their names.
   *
   * @throws UsageException if none does
   */
  Map<String, List<String>> places(Folders folders) throws IOException {
    String[] parts = text.split("/", -1);
    int first = 0;
    while (!isOne(parts[first])) {
      first++;
    }
    String before = String.join("/", List.of(parts).subList(0, first));
    Path root = folders.present(Setting.ANSWERS, root(before, first));
    Map<String, List<String>> found = new TreeMap<>();
    add(root, List.of(parts).subList(first, parts.length), new TreeMap<>(), folders, found);
    if (found.isEmpty()) {
      throw new UsageException(
          Wording.of("%s %s: nothing in %s fits", Setting.ANSWERS, text, root));
    }
    return new LinkedHashMap<>(found);
  }

  private static String root(String before, int parts) {
    if (parts == 0) {
      return ".";
    }
    return before.isEmpty() ? "/" : before;
  }

  private static void add(
      Path place,
      List<String> parts,
      Map<String, String> said,
      Folders folders,
      Map<String, List<String>> found)
      throws IOException {
    if (parts.isEmpty()) {
      found.computeIfAbsent(label(said), absent -> new ArrayList<>()).add(place.toString());
      return;
    }
    FileSystem fs = folders.fileSystem(place);
    if (!fs.getFileStatus(place).isDirectory()) {
      return;
    }
    for (FileStatus one : fs.listStatus(place)) {
      Optional<Map<String, String>> values = values(parts.get(0), one.getPath().getName(), said);
      if (values.isPresent()) {
        add(one.getPath(), parts.subList(1, parts.size()), values.get(), folders, found);
      }
    }
  }

  /** Returns what the parts of a name stand for; empty if it does not fit. */
  private static Optional<Map<String, String>> values(
      String part, String name, Map<String, String> before) {
    StringBuilder regex = new StringBuilder();
    List<String> names = new ArrayList<>();
    Matcher parts = PART.matcher(part);
    int end = 0;
    while (parts.find()) {
      regex.append(Pattern.quote(part.substring(end, parts.start())));
      names.add(parts.group(1));
      regex.append(parts.group(1).equals(TOKENS) ? "(\\d{1,6})" : "(.+?)");
      end = parts.end();
    }
    Matcher fits = Pattern.compile(regex + Pattern.quote(part.substring(end))).matcher(name);
    if (!fits.matches()) {
      return Optional.empty();
    }
    Map<String, String> values = new TreeMap<>(before);
    for (int i = 0; i < names.size(); i++) {
      values.merge(names.get(i), fits.group(i + 1), (one, other) -> one + "-" + other);
    }
    return Optional.of(values);
  }

  private static String label(Map<String, String> said) {
    String tokens = said.get(TOKENS);
    return said.get(METHOD) + (tokens == null ? "" : ":tokens=" + Integer.parseInt(tokens));
  }
}
