package io.prumerge.reduction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fields that a request to a server has for its pictures, beside those of every request. A server
 * that knows none of them mostly says nothing: what it counts tells.
 *
 * @param values by the names of the objects that a field stands in and its own, with full stops
 *     between; the first one is the request's body, or {@value #PICTURE} the part of each picture.
 *     A field that is known by its name alone is spelt so
 */
public record RequestFields(SortedMap<String, String> values) {

  /** No field. */
  public static final RequestFields NONE = new RequestFields(Collections.emptySortedMap());

  private static final String PICTURE = "image_url";
  private static final String PROCESSOR = "mm_processor_kwargs";

  /** Settings of image processors that vLLM and TensorRT-LLM hand on, by their names alone. */
  private static final Set<String> OF_PROCESSOR =
      Set.of(
          "max_soft_tokens",
          "min_pixels",
          "max_pixels",
          "max_slice_nums",
          "downsample_mode",
          "num_crops",
          "max_crops",
          "dynamic_hd",
          "do_pan_and_scan",
          "do_image_splitting",
          "crop_to_patches",
          "min_patches",
          "max_patches",
          "min_dynamic_patch",
          "max_dynamic_patch");

  private static final Set<String> OF_PICTURE = Set.of("detail");

  /** What this client sets itself, and what would make of one answer several or none. */
  private static final Set<String> OF_CLIENT =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "n",
          "logprobs",
          "tools",
          "tool_choice",
          "response_format");

  private static final Pattern PATH = Pattern.compile("\\w[\\w-]*(\\.\\w[\\w-]*){0,5}");
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)(.*_)?(api_?key|authorization|secret|password|access_token)");
  private static final Pattern SECRET =
      Pattern.compile("(?i)(bearer |sk-|hf_|ghp_|AIza).*|(?=.*[0-9])(?=.*[A-Za-z])[\\w-]{32,}");

  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,17}");

  public RequestFields {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * Reads fields.
   *
   * @throws IllegalArgumentException with a predicate about the field, if it is one of the client's
   *     own, stands in another one, is said twice, or looks like a key; the message shows no value
   */
  public static RequestFields of(Map<String, String> given) {
    SortedMap<String, String> values = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          check(name, value);
          if (values.put(spelt(name), value) != null) {
            throw new IllegalArgumentException(
                Text.format("'%s' is given twice; leave one of the two out", name));
          }
        });
    RequestFields fields = new RequestFields(values);
    fields.paths().forEach(path -> checkApart(path, fields.paths().toList()));
    return fields;
  }

  private static void check(String name, String value) {
    if (!PATH.matcher(name).matches()) {
      throw new IllegalArgumentException(
          Text.format("'%s' is no field: names with full stops between, six at most", name));
    }
    List<String> path = List.of(name.split("\\."));
    if (path.get(0).equals("extra_body")) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' is no server's field: OpenAI's client puts what is in extra_body into the"
                  + " body itself; leave extra_body out",
              name));
    }
    if (OF_CLIENT.contains(path.get(0)) || name.equals(PICTURE) || name.equals(PICTURE + ".url")) {
      throw new IllegalArgumentException(
          Text.format("'%s' is set by this client, and can't be a budget", name));
    }
    if (SECRET_NAME.matcher(path.get(path.size() - 1)).matches()
        || SECRET.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' looks like a key, and would stand in tables and pages; a key comes from the"
                  + " environment (OPENAI_API_KEY)",
              name));
    }
  }

  private static void checkApart(String path, List<String> all) {
    if (all.stream().anyMatch(other -> other.startsWith(path + "."))) {
      throw new IllegalArgumentException(
          Text.format("'%s' is a value and has fields of its own; leave one of them out", path));
    }
  }

  /** Returns the shortest name of a field. */
  private static String spelt(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return path(last).equals(name) ? last : name;
  }

  /** Returns where in the body a field stands. */
  private static String path(String name) {
    return OF_PROCESSOR.contains(name)
        ? PROCESSOR + "." + name
        : OF_PICTURE.contains(name) ? PICTURE + "." + name : name;
  }

  private Stream<String> paths() {
    return values.keySet().stream().map(RequestFields::path);
  }

  /** Returns whether there is no field. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns the fields of the body. */
  public ObjectNode ofBody() {
    return tree(false);
  }

  /** Returns the fields of each picture's part. */
  public ObjectNode ofPicture() {
    return tree(true);
  }

  private ObjectNode tree(boolean ofPicture) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    values.forEach(
        (name, value) -> {
          String path = path(name);
          boolean picture = path.startsWith(PICTURE + ".");
          if (picture == ofPicture) {
            put(tree, picture ? path.substring(PICTURE.length() + 1) : path, value);
          }
        });
    return tree;
  }

  private static void put(ObjectNode tree, String path, String value) {
    ObjectNode at = tree;
    String[] names = path.split("\\.");
    for (int i = 0; i < names.length - 1; i++) {
      at = at.has(names[i]) ? (ObjectNode) at.get(names[i]) : at.putObject(names[i]);
    }
    at.set(names[names.length - 1], json(value));
  }

  /** Returns a number or a truth value where the text is one, else the text. */
  private static JsonNode json(String value) {
    if (INTEGER.matcher(value).matches()) {
      return JsonNodeFactory.instance.numberNode(Long.parseLong(value));
    }
    if (DECIMAL.matcher(value).matches()) {
      return JsonNodeFactory.instance.numberNode(Double.parseDouble(value));
    }
    return value.equals("true") || value.equals("false")
        ? JsonNodeFactory.instance.booleanNode(value.equals("true"))
        : JsonNodeFactory.instance.textNode(value);
  }

  /** Returns the settings of an image processor that the fields are, by their own names. */
  public SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    values.forEach((name, value) -> settings.put(name.substring(name.lastIndexOf('.') + 1), value));
    return settings;
  }

  /** Returns whether a server's error names one of the fields, or an object that holds one. */
  public boolean areNamedIn(String error) {
    return paths().flatMap(path -> Stream.of(path.split("\\."))).anyMatch(error::contains);
  }
}
