package io.prumerge.report.page;

import io.prumerge.console.Setting;
import io.prumerge.lang.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Links of the viewer, as they stand after its address and its token. */
public final class ViewLink {

  /** The page of one question. */
  public static final String QUESTION = "question";

  /** Names of the parameters that name a question. */
  public static final String BENCHMARK = "at.benchmark";

  public static final String SPLIT = "at.split";
  public static final String ID = "at.id";

  private ViewLink() {}

  /** Returns parameters as a link has them: no character in them means anything to a shell. */
  public static String parameters(Map<String, String> values) {
    return values.entrySet().stream()
        .map(value -> encoded(value.getKey()) + "=" + encoded(value.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A");
  }

  /**
   * Returns the command that shows a page of a run, wherever its folder lies.
   *
   * @param page its name; empty for the list of questions
   */
  public static String command(String page, Map<String, String> values) {
    return Text.format(
        "prumerge-spark view %s %s '%s%s'",
        Setting.RUN.flag(),
        Setting.AT.flag(),
        page,
        values.isEmpty() ? "" : "?" + parameters(values));
  }

  /** Returns the command that shows a question. */
  static String command(String benchmark, String split, String id) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(BENCHMARK, benchmark);
    values.put(SPLIT, split);
    values.put(ID, id);
    return command(QUESTION, values);
  }
}
