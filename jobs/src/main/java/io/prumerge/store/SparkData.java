package io.prumerge.store;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.source.RowSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Data that Spark's reader of a format reads: {@code
 * spark.read.format(FORMAT).options(OPTIONS).load(PATHS)}. As a text it is YAML's keys in braces:
 * {@code {format: csv, path: answers, options: {sep: ";"}}}.
 *
 * @param paths names of files and folders, no patterns; none of a format that reads no files
 * @param options by Spark's names for them
 */
public record SparkData(String format, List<String> paths, Map<String, String> options)
    implements RowSource {

  private static final String FORMAT = "format";
  private static final String PATH = "path";
  private static final String OPTIONS = "options";

  /** The keys of the mapping. */
  private static final List<String> KEYS = List.of(FORMAT, PATH, OPTIONS);

  /** A text that YAML reads as itself, in braces, too. */
  private static final Pattern PLAIN = Pattern.compile("(?!(?i)null$)[A-Za-z/][A-Za-z0-9_./-]*");

  /** Option that JDBC takes a name by; its password is matched by Spark's own expression. */
  private static final Pattern USER = Pattern.compile("(?i)user(name)?");

  /** A name or a password in an address: {@code //NAME:PASSWORD@HOST}, {@code ?user=NAME}. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile("(?i)//[^/?#\\s]*@|[?&;:,(]\\s*(?:user|username|pwd|uid)\\s*=");

  /** What Spark itself hides of its settings, unless a session says otherwise. */
  private static final String REDACTION = "spark.redaction.regex";

  private static final String HIDDEN = "(?i)secret|password|token|access[.]?key";

  public SparkData {
    paths = List.copyOf(paths);
    options = Map.copyOf(options);
  }

  /** Returns whether a text says that it is such data. */
  public static boolean isNamedBy(String place) {
    return place.stripLeading().startsWith("{");
  }

  /**
   * Reads a text.
   *
   * @param place that {@link #isNamedBy} takes
   * @throws UsageException with all its faults
   */
  public static SparkData of(String place) {
    List<String> problems = new ArrayList<>();
    Optional<SparkData> data = Optional.empty();
    try {
      data = of(YamlNode.parse(place, PATH), "", (node, problem) -> problems.add(problem));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage().replaceFirst("^" + PATH + "(:\\d+)?: ", ""));
    }
    if (data.isEmpty()) {
      throw new UsageException(
          Text.format(
              "Cannot read '%s' as data of a format, such as {format: csv, path: answers, options:"
                  + " {sep: \";\"}}: %s",
              shown(place), String.join("; ", problems)));
    }
    return data.get();
  }

  /** Returns a text for an error about it, which may hold a secret. */
  private static String shown(String place) {
    return hidden().matcher(place).find()
            || USER.matcher(place).find()
            || IN_ADDRESS.matcher(place).find()
        ? "{...}"
        : Location.shown(place);
  }

  /**
   * Reads a value of a document.
   *
   * @param above names the value's place in faults, with a point at its end, or is empty
   * @param problems takes each fault
   * @return empty if there is a fault
   */
  public static Optional<SparkData> of(
      YamlNode node, String above, BiConsumer<YamlNode, String> problems) {
    int[] count = new int[1];
    BiConsumer<YamlNode, String> counted =
        (at, problem) -> {
          count[0]++;
          problems.accept(at, problem);
        };
    Map<String, YamlNode> keys = node.map();
    if (keys == null) {
      counted.accept(node, above + FORMAT + " is missing: data of a format are keys with values");
      return Optional.empty();
    }
    keys.forEach(
        (key, value) -> {
          if (!KEYS.contains(key)) {
            counted.accept(value, Yaml.unknownKey(above + key, key, KEYS));
          }
        });
    String format = text(keys.get(FORMAT)).orElse("");
    if (format.isBlank()) {
      counted.accept(
          keys.getOrDefault(FORMAT, node),
          "the key '" + above + FORMAT + "' is missing: it is what spark.read.format takes");
    }
    List<String> paths = new ArrayList<>();
    YamlNode path = keys.get(PATH);
    for (YamlNode one :
        path == null ? List.<YamlNode>of() : path.list() == null ? List.of(path) : path.list()) {
      Optional<String> text = text(one).filter(each -> !each.isBlank());
      text.ifPresent(paths::add);
      if (text.isEmpty()) {
        counted.accept(one, above + PATH + " must be a text or a list of texts");
      }
    }
    Map<String, String> options = new LinkedHashMap<>();
    YamlNode given = keys.get(OPTIONS);
    if (given != null && given.map() == null) {
      counted.accept(given, above + OPTIONS + " must be keys with values");
    } else if (given != null) {
      given.map().forEach((name, value) -> option(name, value, above + OPTIONS, options, counted));
    }
    return count[0] > 0
        ? Optional.empty()
        : Optional.of(new SparkData(format.strip(), paths, options));
  }

  private static void option(
      String name,
      YamlNode node,
      String above,
      Map<String, String> options,
      BiConsumer<YamlNode, String> problems) {
    Optional<String> value = text(node);
    if (value.isEmpty()) {
      problems.accept(node, above + "." + name + " must be a text, a number, true or false");
    } else if (isSecret(name, value.get())) {
      problems.accept(
          node,
          above
              + "."
              + name
              + " is a name or a secret, which a table's manifest would show: put it into Spark's"
              + " settings (as of a catalog, spark.sql.catalog.NAME.*, whose table is named"
              + " table:NAME)");
    } else if (name.equalsIgnoreCase(PATH) || name.equalsIgnoreCase("paths")) {
      problems.accept(node, above + "." + name + ": name it by " + PATH + ", beside " + OPTIONS);
    } else if (options.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
      problems.accept(node, above + "." + name + " stands there twice, but for capitals");
    } else {
      options.put(name, value.get());
    }
  }

  private static boolean isSecret(String name, String value) {
    Pattern hidden = hidden();
    return hidden.matcher(name).find()
        || hidden.matcher(value).find()
        || USER.matcher(name).matches()
        || IN_ADDRESS.matcher(value).find();
  }

  private static Pattern hidden() {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    return Pattern.compile(
        running.isDefined()
            ? running.get().conf().get(REDACTION, HIDDEN)
            : new SparkConf().get(REDACTION, HIDDEN));
  }

  /** Returns a text; of a number or a boolean the one that the document has. */
  private static Optional<String> text(YamlNode node) {
    if (node == null || !node.isPresent() || node.map() != null || node.list() != null) {
      return Optional.empty();
    }
    return Optional.of(node.text() == null ? node.source() : node.text());
  }

  /** Returns the same with other names of its files and folders. */
  public SparkData at(UnaryOperator<String> place) {
    return new SparkData(format, paths.stream().map(place).toList(), options);
  }

  /** Returns what whoever gives these options is to know; empty if there is nothing. */
  public Optional<String> remark() {
    return option("mode")
        .filter("DROPMALFORMED"::equalsIgnoreCase)
        .map(
            mode ->
                Text.format(
                    "%s: by this mode Spark leaves out rows that it cannot read and counts them"
                        + " nowhere; without it they are counted, with the reason",
                    this));
  }

  /** Returns the value of an option, whatever the capitals of its name. */
  Optional<String> option(String name) {
    return options.entrySet().stream()
        .filter(one -> one.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns the same with another option. */
  public SparkData with(String name, String value) {
    Map<String, String> others = new LinkedHashMap<>(options);
    others.keySet().removeIf(name::equalsIgnoreCase);
    others.put(name, value);
    return new SparkData(format, paths, others);
  }

  @Override
  public List<Path> places() {
    return paths.stream().map(Path::new).toList();
  }

  @Override
  public String joined() {
    return toString();
  }

  /** Returns the mapping in one line, the options by their names, as {@link #of} reads it. */
  @Override
  public String toString() {
    List<String> keys = new ArrayList<>(List.of(FORMAT + ": " + quoted(format)));
    if (!paths.isEmpty()) {
      String all = paths.stream().map(SparkData::quoted).collect(Collectors.joining(", "));
      keys.add(PATH + ": " + (paths.size() == 1 ? all : "[" + all + "]"));
    }
    if (!options.isEmpty()) {
      keys.add(
          new TreeMap<>(options)
              .entrySet().stream()
                  .map(one -> quoted(one.getKey()) + ": " + quoted(one.getValue()))
                  .collect(Collectors.joining(", ", OPTIONS + ": {", "}")));
    }
    return "{" + String.join(", ", keys) + "}";
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : TextNode.valueOf(text).toString();
  }
}
