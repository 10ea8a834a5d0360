package io.prumerge.benchmark.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the value of a benchmark file's key may be. The files' schema and the page of their keys are
 * made of it.
 *
 * @param words such as {@code a text}
 * @param schema in JSON Schema's words, draft 2020-12
 */
public record ValueForm(String words, JsonNode schema) {

  /** Names become a part of files' names and of other names. */
  public static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** A number or a boolean is the text that the file has. */
  public static final ValueForm TEXT =
      new ValueForm("a text", types("string", "number", "boolean"));

  public static final ValueForm TEXTS = TEXT.orList("texts");

  /** Texts that are no numbers and no booleans. */
  static final ValueForm STRINGS = new ValueForm("a text", types("string")).orList("texts");

  public static final ValueForm FLAG = new ValueForm("true or false", types("boolean"));

  public static final ValueForm POSITIVE =
      new ValueForm("a whole number above 0", types("integer").put("minimum", 1));

  static final ValueForm NUMBER =
      new ValueForm("a number of at least 0", types("number").put("minimum", 0));

  static final ValueForm SHARE =
      new ValueForm("a number of 0 to 1", types("number").put("minimum", 0).put("maximum", 1));

  /** What a jar's rule knows alone. */
  static final ValueForm ANY = new ValueForm("a value", JsonNodeFactory.instance.objectNode());

  static final ValueForm RULE = new ValueForm("a rule with its keys", rule());

  private static ObjectNode rule() {
    ObjectNode schema = types("object");
    schema.putArray("required").add(AnswerRules.RULE);
    schema.putObject("properties").set(AnswerRules.RULE, types("string"));
    return schema;
  }

  private static ObjectNode types(String... names) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (names.length == 1) {
      return schema.put("type", names[0]);
    }
    Stream.of(names).forEach(schema.putArray("type")::add);
    return schema;
  }

  /** Returns the form of one of some texts. */
  public static ValueForm oneOf(Collection<String> texts) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    texts.forEach(schema.putArray("enum")::add);
    return new ValueForm(
        texts.stream().map(text -> "`" + text + "`").collect(Collectors.joining(", ")), schema);
  }

  /** Returns the form that the schema has under a name. */
  public static ValueForm defined(String name, String words) {
    return new ValueForm(
        words, JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/" + name));
  }

  /** Returns the form of what has this or another one. */
  public ValueForm or(String joined, ValueForm other) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.putArray("anyOf").add(this.schema).add(other.schema);
    return new ValueForm(joined, schema);
  }

  /**
   * Returns the form of one value, or of a list.
   *
   * @param several what a list is of
   */
  public ValueForm orList(String several) {
    ObjectNode list = types("array").put("minItems", 1);
    list.set("items", schema);
    return or(words + " or a list of " + several, new ValueForm("", list));
  }

  /**
   * Returns the form of values by their keys.
   *
   * @param least of how many there are
   */
  public ValueForm byKey(String keys, int least) {
    ObjectNode schema = types("object").put("minProperties", least);
    schema.set("additionalProperties", this.schema);
    return new ValueForm(words + " by " + keys, schema);
  }

  /** Returns the form of values by names of the file's own, which become a part of others. */
  public ValueForm byName(String names, int least) {
    ValueForm named = byKey(names, least);
    ((ObjectNode) named.schema).putObject("propertyNames").put("pattern", "^" + NAME + "$");
    return named;
  }

  /** Returns the form of those texts that an expression describes. */
  public ValueForm like(String expression) {
    return new ValueForm(
        words, ((ObjectNode) schema.deepCopy()).put("pattern", "^(?:" + expression + ")$"));
  }
}
