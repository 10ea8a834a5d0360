package io.prumerge.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads YAML documents strictly: keys are snake_case and known, no key is repeated or lacks a
 * value, and each value has the expected type. Aliases are not expanded, so a short text cannot
 * become a huge document.
 */
public final class Yaml {

  private static final ObjectMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .addHandler(new OwnKeys())
          .build();

  private static final Set<Class<?>> WHOLE =
      Set.of(Integer.class, int.class, Long.class, long.class);

  private Yaml() {}

  /** Gives {@link KeyedSettings} what the document has of their keys. */
  private static final class OwnKeys extends DeserializationProblemHandler {

    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object document,
        String key)
        throws IOException {
      if (!(document instanceof KeyedSettings settings)) {
        return false;
      }
      if (!settings.keys().contains(key)) {
        Set<Object> known = new TreeSet<>(deserializer.getKnownPropertyNames());
        known.addAll(settings.keys());
        throw UnrecognizedPropertyException.from(parser, document, key, known);
      }
      settings.put(key, context.readTree(parser));
      return true;
    }
  }

  /**
   * Reads a document of keys with values.
   *
   * @param name the document's name in messages
   * @param type may be {@link KeyedSettings}, which read their keys themselves
   * @throws IllegalArgumentException with the document's name, the place in it and the value there,
   *     also if a record's constructor refuses the value
   */
  public static <T> T parse(String text, TypeReference<T> type, String name) {
    return parse(text, type, name, document -> {});
  }

  /**
   * Reads a document of keys with values.
   *
   * @param check throws an IllegalArgumentException if values are refused
   */
  public static <T> T parse(String text, TypeReference<T> type, String name, Consumer<T> check) {
    JsonNode tree = tree(text, name);
    if (!tree.isObject()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s: the file must be keys with values but is %s",
              name, tree.isMissingNode() ? "empty" : tree));
    }
    requireValues(tree, "", name);
    try {
      T document = MAPPER.readValue(MAPPER.treeAsTokens(tree), type);
      check.accept(document);
      return document;
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(name + ": " + problem(tree, e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private static JsonNode tree(String text, String name) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      YamlFault fault = YamlFault.of(e);
      String at = fault.line().map(line -> " at line " + line).orElse("");
      throw new IllegalArgumentException("Cannot read " + name + at + ": " + fault.reason(), e);
    } catch (IllegalArgumentException e) { // thrown by SnakeYAML if an escape is cut off
      throw new IllegalArgumentException(
          Text.format("Cannot read %s: it has an invalid escape: %s", name, e.getMessage()), e);
    }
  }

  private static void requireValues(JsonNode node, String place, String name) {
    for (Map.Entry<String, JsonNode> below : node.properties()) {
      String key = below(place, below.getKey());
      if (below.getValue().isNull()) {
        throw new IllegalArgumentException(Text.format("%s: the key '%s' has no value", name, key));
      }
      requireValues(below.getValue(), key, name);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      requireValues(node.get(i), place + "[" + i + "]", name);
    }
  }

  /** Returns the place, the expected value and the value found. */
  private static String problem(JsonNode tree, JsonMappingException e) {
    String place = "";
    JsonNode found = tree;
    for (JsonMappingException.Reference step : e.getPath()) {
      boolean listed = step.getFieldName() == null;
      place = listed ? place + "[" + step.getIndex() + "]" : below(place, step.getFieldName());
      found = listed ? found.path(step.getIndex()) : found.path(step.getFieldName());
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      List<String> known =
          unknown.getKnownPropertyIds().stream().map(Object::toString).sorted().toList();
      return unknownKey(place, unknown.getPropertyName(), known);
    } else if (e.getCause() instanceof IllegalArgumentException refusal) {
      boolean named = place.isEmpty() || refusal.getMessage().startsWith(place + " ");
      return (named ? "" : place + ": ") + refusal.getMessage();
    } else if (e instanceof MismatchedInputException mismatch) {
      Class<?> type = mismatch.getTargetType();
      String meant = type.isEnum() ? Unknown.suggestion(found.asText(), spellings(type)) : "";
      return Text.format("%s must be %s but is %s%s", place, expected(type), found, meant);
    }
    return place + ": " + e.getOriginalMessage();
  }

  private static String below(String place, String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  /**
   * Words the refusal of a key.
   *
   * @param place the key with those above it, such as {@code search.rungs}
   * @param key the key alone
   */
  public static String unknownKey(String place, String key, Collection<String> known) {
    return Text.format(
        "unknown key '%s'; known: %s%s",
        place, String.join(", ", known), Unknown.suggestion(key, known));
  }

  private static List<String> spellings(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + String.join(", ", spellings(type));
    } else if (type == String.class) {
      return "a text";
    } else if (WHOLE.contains(type)) {
      return "a whole number";
    } else if (type == Double.class || type == double.class) {
      return "a number";
    } else if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    boolean alsoText =
        Arrays.stream(type.getDeclaredConstructors())
            .anyMatch(
                made -> Arrays.equals(made.getParameterTypes(), new Class<?>[] {String.class}));
    return Collection.class.isAssignableFrom(type)
        ? "a list"
        : alsoText ? "a text, or keys with values," : "keys with values";
  }
}
