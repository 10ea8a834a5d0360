package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.GeneratedFile;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.RuleKey;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.jobs.JavadocText;
import io.prumerge.jobs.Markdown;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code jobs/benchmark.schema.json}, which editors read, and {@code conf/benchmark-keys.md}
 * from the keys that are declared, and compares them.
 */
class BenchmarkKeysTest {

  private static final Path SOURCES =
      Path.of(System.getProperty("project.root"), "jobs/src/main/java");

  /** Those with a group of keys, in the page's order. */
  private static final List<Class<?>> GROUPS =
      List.of(
          FileKeys.class,
          SparkKeys.class,
          ColumnKeys.class,
          LayoutKeys.class,
          JoinReader.class,
          TextKeys.class,
          WordingReader.class,
          ProfileKeys.class,
          JudgeKeys.class,
          FigureKeys.class,
          AnswerFileKeys.class);

  private static final List<String> TITLES = List.of("key", "value", "meaning");

  private static KeyGroup group(Class<?> type) {
    return (KeyGroup) value(type, "GROUP");
  }

  private static Object value(Class<?> type, String constant) {
    try {
      Field field = type.getDeclaredField(constant);
      field.setAccessible(true);
      return field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the Javadoc of the constant that is a key. */
  private static String said(Object key, List<Class<?>> types) throws IOException {
    for (Class<?> type : types) {
      for (Field field : type.getDeclaredFields()) {
        if (List.of(Key.class, RuleKey.class).contains(field.getType())
            && value(type, field.getName()) == key) {
          return JavadocText.of(SOURCES, type).body(type.getSimpleName() + "." + field.getName());
        }
      }
    }
    throw new IllegalStateException("No constant is " + key);
  }

  private static Class<?> type(String rule) {
    StringBuilder name = new StringBuilder("io.prumerge.benchmark.rule.");
    for (String word : rule.split("-")) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    try {
      return Class.forName(name + "Rule");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String said(RuleKey<?> key, String rule) throws IOException {
    return said(key, List.of(type(rule), type("rouge-l"))); // whose key is that of captions
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode keys() {
    return object().put("type", "object").put("additionalProperties", false);
  }

  private static void put(ObjectNode properties, String key, ValueForm form, String said) {
    properties.set(key, ((ObjectNode) form.schema().deepCopy()).put("description", said));
  }

  private static ObjectNode schema(KeyGroup group) throws IOException {
    ObjectNode schema = keys();
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    ObjectNode properties = object();
    for (Key<?> key : group.keys()) {
      put(properties, key.name(), key.form(), said(key, GROUPS));
      key.missing().ifPresent(why -> required.add(key.name()));
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    schema.set("properties", properties);
    for (List<Key<?>> pair : group.pairs()) {
      schema.withArray("allOf").add(not(pair.get(0), pair.get(1)));
    }
    return schema;
  }

  private static ObjectNode not(Key<?>... together) {
    ObjectNode not = object();
    not.set("not", required(together));
    return not;
  }

  private static ObjectNode required(Key<?>... keys) {
    ObjectNode required = object();
    Stream.of(keys).map(Key::name).forEach(required.putArray("required")::add);
    return required;
  }

  /** Returns the schema of a profile: of each rule's keys, or of those of a jar's rule. */
  private static ObjectNode profile() throws IOException {
    ObjectNode profile = object();
    ArrayNode rules = profile.putArray("oneOf");
    ObjectNode shared = (ObjectNode) schema(ProfileKeys.GROUP).get("properties");
    for (String rule : AnswerRules.names()) {
      ObjectNode schema = keys();
      ArrayNode required = schema.putArray("required").add(AnswerRules.RULE);
      ObjectNode properties = schema.putObject("properties").setAll(shared.deepCopy());
      properties.putObject(AnswerRules.RULE).put("const", rule);
      for (RuleKey<?> key : AnswerRules.declared(rule)) {
        put(properties, key.name(), key.form(), said(key, rule));
        if (key.required()) {
          required.add(key.name());
        }
      }
      rules.add(schema);
    }
    ObjectNode added = rules.addObject().put("type", "object");
    added.putArray("required").add(AnswerRules.RULE);
    ObjectNode properties = added.putObject("properties").setAll(shared);
    ObjectNode rule = properties.putObject(AnswerRules.RULE).put("type", "string");
    AnswerRules.names().forEach(rule.putObject("not").putArray("enum")::add);
    return profile;
  }

  @Test
  void theSchemaIsWhatTheReaderKnows() throws IOException {
    ObjectNode schema =
        object()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("title", "A benchmark of prumerge-spark, see BENCHMARKS.md")
            .setAll(schema(FileKeys.GROUP));
    schema
        .putArray("anyOf")
        .add(required(FileKeys.QUESTION))
        .add(required(LayoutKeys.COLUMNS))
        .add(required(FileKeys.LAYOUTS));
    schema.setAll(not(LayoutKeys.COLUMNS, FileKeys.LAYOUTS));
    ObjectNode definitions = schema.putObject("$defs");
    for (Class<?> type : GROUPS.subList(1, GROUPS.size())) {
      KeyGroup group = group(type);
      definitions.set(group.name(), group == ProfileKeys.GROUP ? profile() : schema(group));
    }
    GeneratedFile.requireCurrent(
        "jobs",
        "benchmark.schema.json",
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n");
  }

  @Test
  void thePageIsWhatTheReaderKnows() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Keys of a benchmark's file

            A test makes this page and [the schema](../jobs/benchmark.schema.json) from the code and compares them.
            [How a file is written](../jobs/BENCHMARKS.md#a-benchmark-as-a-file), with an example, is on another page.

            ## Contents

            """);
    for (Class<?> type : GROUPS) {
      page.append("- [%1$s](#%1$s)\n".formatted(group(type).name()));
    }
    page.append("- [rules](#rules)\n");
    for (Class<?> type : GROUPS) {
      KeyGroup group = group(type);
      page.append("\n## %s\n\n%s\n\n".formatted(group.name(), about(type)));
      List<List<String>> lines = new ArrayList<>();
      for (Key<?> key : group.keys()) {
        lines.add(line(key.name(), key.form(), key.missing().isPresent(), said(key, GROUPS)));
      }
      Markdown.table(page, TITLES, lines);
    }
    page.append(
        """

        ## rules

        The keys of profiles by their rule. [What names an option](../jobs/BENCHMARKS.md#option-letters) under
        `parser: letters`, [what a number is](../jobs/BENCHMARKS.md#numbers), and [how a jar brings a
        rule](../jobs/BENCHMARKS.md#a-rule-of-your-own) is on another page.
        """);
    for (String rule : AnswerRules.names()) {
      page.append("\n### %s\n\n%s\n".formatted(rule, about(type(rule))));
      List<List<String>> lines = new ArrayList<>();
      for (RuleKey<?> key : AnswerRules.declared(rule)) {
        lines.add(line(key.name(), key.form(), key.required(), said(key, rule)));
      }
      if (!lines.isEmpty()) {
        Markdown.table(page.append('\n'), TITLES, lines);
      }
    }
    GeneratedFile.requireCurrent("benchmark-keys.md", page.toString());
  }

  private static String about(Class<?> type) throws IOException {
    String name = type.getSimpleName();
    JavadocText said = JavadocText.of(SOURCES, type);
    return Markdown.wrapped(said.find(name + ".GROUP").orElseGet(() -> said.body(name)));
  }

  private static List<String> line(String key, ValueForm form, boolean required, String said) {
    return List.of(
        "`" + key + "`",
        (required ? "required: " : "") + form.words(),
        said.replaceAll("(?<!\\\\)\\|", "\\\\|"));
  }
}
