package io.prumerge.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.NameTransformer;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads and writes JSON documents of this project: snake_case, indented. Reading is strict: it
 * refuses missing values, null, other types and text after the end. Only values that documents of
 * earlier versions lack may be missing: those that are annotated with {@code @JsonSetter(nulls =
 * Nulls.AS_EMPTY)}, which then are empty or 0.
 */
public final class Json {

  /** Requires every value but those of later versions. */
  private static final class Required extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      JsonSetter setter = _findAnnotation(member, JsonSetter.class);
      return setter == null || setter.nulls() != Nulls.AS_EMPTY;
    }

    /** Returns nothing for a parameter, which {@link Flattened} fills. */
    @Override
    public NameTransformer findUnwrappingNameTransformer(AnnotatedMember member) {
      return member instanceof AnnotatedParameter
          ? null
          : super.findUnwrappingNameTransformer(member);
    }
  }

  /**
   * Reads records of which a component is annotated with {@code @JsonUnwrapped}: its values lie
   * between the record's own. Jackson writes them by itself, and reads them from 2.19 on.
   */
  private static final class Flattened extends BeanDeserializerModifier {

    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription record, JsonDeserializer<?> nested) {
      Map<String, String> components = new LinkedHashMap<>();
      for (BeanPropertyDefinition component : record.findProperties()) {
        if (component.getPrimaryMember().hasAnnotation(JsonUnwrapped.class)) {
          config
              .introspect(component.getPrimaryType())
              .findProperties()
              .forEach(value -> components.put(value.getName(), component.getName()));
        }
      }
      return components.isEmpty() ? nested : new FlatRecord(nested, components);
    }
  }

  /** Reads one such record by its constructor. */
  private static final class FlatRecord extends DelegatingDeserializer {

    private static final long serialVersionUID = 1;

    private final Map<String, String> components;

    /**
     * @param components name of the component that has a value, by the value's name
     */
    FlatRecord(JsonDeserializer<?> nested, Map<String, String> components) {
      super(nested);
      this.components = components;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> nested) {
      return new FlatRecord(nested, components);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(parser);
      if (tree instanceof ObjectNode record) {
        for (String component : Set.copyOf(components.values())) {
          if (record.has(component)) {
            context.handleUnknownProperty(parser, this, handledType(), component);
          }
          record.putObject(component);
        }
        components.forEach(
            (name, component) -> {
              if (record.has(name)) {
                ((ObjectNode) record.get(component)).set(name, record.remove(name));
              }
            });
      }
      try (JsonParser values = tree.traverse(parser.getCodec())) {
        values.nextToken();
        return super.deserialize(values, context);
      }
    }
  }

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new Required())
          .addModule(new SimpleModule().setDeserializerModifier(new Flattened()))
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  private Json() {}

  /** Writes a document over several lines. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value + " as JSON", e);
    }
  }

  /** Writes a document as one line. */
  public static String line(Object value) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value + " as JSON", e);
    }
  }

  /**
   * Reads a document of this project.
   *
   * @throws IllegalArgumentException with the reason if the text is no such document; the caller
   *     adds the file's name
   */
  public static <T> T read(String text, Class<T> type) {
    return read(text, MAPPER.readerFor(type));
  }

  /**
   * Reads a document of this project that is part of another.
   *
   * @throws IllegalArgumentException with the reason if it is none
   */
  public static <T> T read(JsonNode document, Class<T> type) {
    return read(document.toString(), type);
  }

  /** Reads a list of documents, or one document as a list of one. */
  public static <T> List<T> readOneOrMore(String text, Class<T> type) {
    List<T> documents =
        read(
            text,
            MAPPER.readerForListOf(type).with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY));
    if (documents.stream().anyMatch(document -> document == null)) {
      throw new IllegalArgumentException("null in the list");
    }
    return documents;
  }

  /**
   * Returns a number of a document, or of the first of a list.
   *
   * @param otherwise the number if the document has none of this name
   * @throws IllegalArgumentException if the text is no JSON
   */
  static int number(String text, String name, int otherwise) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return (tree.isArray() ? tree.path(0) : tree).path(name).asInt(otherwise);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(CauseText.ofSyntax(e), e);
    }
  }

  private static <T> T read(String text, ObjectReader reader) {
    T document;
    try {
      document = reader.readValue(text);
    } catch (ValueInstantiationException e) { // thrown by our own constructors
      throw new IllegalArgumentException(e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(CauseText.ofSyntax(e), e);
    }
    if (document == null) {
      throw new IllegalArgumentException("null in place of a document");
    }
    return document;
  }

  /** Returns a record's components by their names in JSON. */
  public static Map<String, Object> fields(Object document) {
    return MAPPER.convertValue(document, new TypeReference<Map<String, Object>>() {});
  }
}
