package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
  private final Map<String, PromptTemplate> templates;

  private PromptProfile(String name, Map<String, PromptTemplate> templates) {
    this.name = name;
    this.templates = templates;
  }

  /**
   * The profile of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static PromptProfile named(String name) {
    PromptProfile profile = KNOWN.get(name);
    if (profile == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Unknown prompt profile '%s'; known: %s",
              name,
              String.join(", ", names())));
    }
    return profile;
  }

  /** All names, sorted. */
  public static Set<String> names() {
    return KNOWN.keySet();
  }

  public String name() {
    return name;
  }

  /**
   * The user's text.
   *
   * @param benchmark the benchmark's {@link Benchmark#name()}
   * @throws DataException if the profile has no wording for the benchmark
   */
  public String prompt(String benchmark, PromptParts parts) {
    return template(benchmark).prompt(parts);
  }

  /** The text after every question of {@code benchmark}. */
  public String suffix(String benchmark) {
    return template(benchmark).suffix();
  }

  private PromptTemplate template(String benchmark) {
    PromptTemplate template = templates.get(benchmark);
    if (template == null) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "Prompt profile %s has no wording for %s; it has: %s",
              name,
              benchmark,
              String.join(", ", templates.keySet())));
    }
    return template;
  }

  private static Map<String, PromptProfile> read(String resource) {
    try (InputStream in = PromptProfile.class.getResourceAsStream(resource)) {
      Map<String, PromptProfile> profiles = new TreeMap<>();
      for (Map.Entry<String, JsonNode> profile : new ObjectMapper().readTree(in).properties()) {
        JsonNode source = profile.getValue();
        Map<String, PromptTemplate> templates = new TreeMap<>();
        if (source.has("like")) {
          templates.putAll(profiles.get(source.get("like").textValue()).templates);
        }
        for (JsonNode wording : source.get("templates")) {
          PromptTemplate template = PromptTemplate.of(wording);
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
}
