package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How questions are worded as prompts. The wordings are in the resource {@code prompts.json}:
 *
 * <ul>
 *   <li>{@code llava}: LLaVA-1.5's own question files and evaluation scripts; {@code llava-no-ocr}:
 *       the same without TextVQA's OCR tokens;
 *   <li>{@code lmms-eval}: the {@code default} wordings of its task files;
 *   <li>{@code vlmevalkit}: the {@code build_prompt} of its data sets; {@code vlmevalkit-llava}:
 *       with that of its LLaVA wrapper, which words multiple-choice questions itself.
 * </ul>
 */
public final class PromptProfile {

  private static final Map<String, PromptProfile> KNOWN = read("prompts.json");

  /** The wording of LLaVA-1.5's evaluation scripts. */
  public static final PromptProfile LLAVA = named("llava");

  private final String name;
  private final Map<String, Template> templates;

  private PromptProfile(String name, Map<String, Template> templates) {
    this.name = name;
    this.templates = templates;
  }

  /**
   * Returns the profile of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static PromptProfile named(String name) {
    PromptProfile profile = KNOWN.get(name);
    if (profile == null) {
      throw new IllegalArgumentException(Unknown.message("prompt profile", name, names()));
    }
    return profile;
  }

  /** Returns a profile of a benchmark that words its questions itself. */
  public static PromptProfile own(String name) {
    return new PromptProfile(name, Map.of());
  }

  /** Returns all names, sorted. */
  public static Set<String> names() {
    return KNOWN.keySet();
  }

  public String name() {
    return name;
  }

  /**
   * Returns the user's text.
   *
   * @param benchmark the benchmark's {@link Benchmark#name()}
   * @throws DataException if the profile has no wording for the benchmark
   */
  public String prompt(String benchmark, PromptParts parts) {
    return template(benchmark).prompt(parts);
  }

  /**
   * Returns the user's text for a question that comes with LLaVA's own prompt: that one unchanged
   * for the profile {@code llava}, else as {@link #prompt(String, PromptParts)}.
   */
  public String prompt(String benchmark, PromptParts parts, String llava) {
    return equals(LLAVA) ? llava : prompt(benchmark, parts);
  }

  /** Returns the question in a prompt of LLaVA's: the text before the benchmark's instruction. */
  public static String question(String benchmark, String llava) {
    String suffix = LLAVA.suffix(benchmark);
    return llava.endsWith(suffix) ? llava.substring(0, llava.length() - suffix.length()) : llava;
  }

  /** Returns the text after every question of {@code benchmark}. */
  public String suffix(String benchmark) {
    return template(benchmark).suffix();
  }

  private Template template(String benchmark) {
    Template template = templates.get(benchmark);
    if (template == null) {
      throw new DataException(
          Text.format(
              "Prompt profile %s has no wording for %s; it has: %s",
              name, benchmark, String.join(", ", templates.keySet())));
    }
    return template;
  }

  private static Map<String, PromptProfile> read(String resource) {
    try (InputStream in = PromptProfile.class.getResourceAsStream(resource)) {
      Map<String, PromptProfile> profiles = new TreeMap<>();
      for (Map.Entry<String, JsonNode> profile : new ObjectMapper().readTree(in).properties()) {
        JsonNode source = profile.getValue();
        Map<String, Template> templates = new TreeMap<>();
        if (source.has("like")) {
          templates.putAll(profiles.get(source.get("like").textValue()).templates);
        }
        for (JsonNode wording : source.get("templates")) {
          Template template = Template.of(wording);
          wording
              .get("benchmarks")
              .forEach(benchmark -> templates.put(benchmark.textValue(), template));
        }
        profiles.put(profile.getKey(), new PromptProfile(profile.getKey(), templates));
      }
      return profiles;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + resource, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * The wording of one benchmark's prompts.
   *
   * @param body with places for {@code question}, {@code hint}, {@code options} and {@code ocr}
   * @param suffix text after the body
   * @param chineseSuffix text after a body with a Chinese character, instead of the suffix
   * @param sentenceCase whether the question's first letter is made upper case, all others lower
   * @param strip whether white space around the body is removed
   */
  private record Template(
      PromptText body,
      String suffix,
      Optional<String> chineseSuffix,
      boolean sentenceCase,
      boolean strip) {

    /** Reads a template of the resource. */
    static Template of(JsonNode wording) {
      List<String> body = new ArrayList<>();
      wording.get("body").forEach(piece -> body.add(piece.textValue()));
      return new Template(
          PromptText.of(body),
          wording.get("suffix").textValue(),
          Optional.ofNullable(wording.path("chineseSuffix").textValue()),
          wording.path("sentenceCase").booleanValue(),
          wording.path("strip").booleanValue());
    }

    /** Returns the prompt of a question. */
    String prompt(PromptParts parts) {
      Map<String, Optional<String>> values =
          Map.of(
              "question", Optional.of(question(parts)),
              "hint", Optional.of(parts.hint()).filter(hint -> !hint.isEmpty()),
              "options", options(parts.options()),
              "ocr", ocr(parts.ocrTokens()));
      String text = body.with(values::get);
      String asked = strip ? text.strip() : text;
      return asked + (PromptText.isChinese(asked) ? chineseSuffix.orElse(suffix) : suffix);
    }

    private String question(PromptParts parts) {
      String question = parts.question();
      return sentenceCase ? Wordings.capitalized(question) : question;
    }

    private static Optional<String> options(List<String> options) {
      return IntStream.range(0, options.size())
          .mapToObj(i -> Character.toString('A' + i) + ". " + options.get(i))
          .reduce((above, below) -> above + "\n" + below);
    }

    private static Optional<String> ocr(List<String> tokens) {
      return tokens.stream().reduce((before, after) -> before + ", " + after);
    }
  }
}
