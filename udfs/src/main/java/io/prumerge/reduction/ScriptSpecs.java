package io.prumerge.reduction;

import io.prumerge.lang.Text;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Users' scripts in methods' specs: the method {@code script:FILE,key=value}, and a value {@code
 * @script:FILE,...} of another method.
 */
public final class ScriptSpecs {

  /** The method's name. */
  public static final String METHOD = "script";

  /** The key of its file, whose value stands first and without the key. */
  public static final String FILE = "file";

  /** The key of the first digits of the file's SHA-256. */
  public static final String SHA256 = "sha256";

  /** A name that a spec can begin with. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_+-]*");

  private ScriptSpecs() {}

  /** Returns whether a spec names a script. */
  public static boolean isScript(MethodSpec spec) {
    return spec.methods().stream()
        .anyMatch(
            method ->
                method.name().equals(METHOD)
                    || method.parameters().values().stream().anyMatch(ScriptSpecs::nested));
  }

  private static boolean nested(String value) {
    return value.startsWith("@" + METHOD + ":");
  }

  /** Returns a spec with other locations of its scripts' files. */
  public static MethodSpec located(MethodSpec spec, UnaryOperator<String> location) {
    return spec.with(method -> locatedOne(method, location));
  }

  private static MethodSpec locatedOne(MethodSpec spec, UnaryOperator<String> location) {
    SortedMap<String, String> parameters = withNested(spec, nested -> located(nested, location));
    if (spec.name().equals(METHOD)) {
      parameters.computeIfPresent(FILE, (key, file) -> location.apply(file));
    }
    return new MethodSpec(spec.name(), parameters);
  }

  /** Returns a spec with the names of its scripts' files only, whatever their content. */
  public static MethodSpec withoutHash(MethodSpec spec) {
    return spec.with(ScriptSpecs::withoutHashOne);
  }

  private static MethodSpec withoutHashOne(MethodSpec spec) {
    SortedMap<String, String> parameters = withNested(spec, ScriptSpecs::withoutHash);
    if (spec.name().equals(METHOD)) {
      parameters.computeIfPresent(FILE, (key, file) -> file.replaceFirst("^.*/", ""));
      parameters.remove(SHA256);
    }
    return new MethodSpec(spec.name(), parameters);
  }

  /**
   * Returns a method as people call it: each script by its file's name without {@code .pt}, and
   * without its hash. A script whose name another method has, or that no spec could have, and a
   * text that is no spec stay as they are.
   */
  public static String shown(String method) {
    try {
      MethodSpec spec = MethodSpec.read(method);
      return isScript(spec) ? spec.with(ScriptSpecs::shownOne).toString() : method;
    } catch (IllegalArgumentException e) {
      return method; // foreign rows may have any text
    }
  }

  private static MethodSpec shownOne(MethodSpec spec) {
    SortedMap<String, String> parameters =
        withNested(spec, nested -> nested.with(ScriptSpecs::shownOne));
    String stem =
        parameters.getOrDefault(FILE, "").replaceFirst("^.*/", "").replaceFirst("\\.pt$", "");
    if (!spec.name().equals(METHOD)
        || !NAME.matcher(stem).matches()
        || TokenReducers.names().contains(stem)) {
      return new MethodSpec(spec.name(), parameters);
    }
    parameters.keySet().removeAll(Set.of(FILE, SHA256));
    return new MethodSpec(stem, parameters);
  }

  private static SortedMap<String, String> withNested(
      MethodSpec spec, UnaryOperator<MethodSpec> other) {
    SortedMap<String, String> parameters = new TreeMap<>(spec.parameters());
    parameters.replaceAll(
        (key, value) ->
            nested(value) ? "@" + other.apply(MethodSpec.read(value.substring(1))) : value);
    return parameters;
  }

  /** Returns the scripts of a canonical spec that are known in this process. */
  public static Stream<ScriptFile> of(MethodSpec spec) {
    return spec.methods().stream().flatMap(ScriptSpecs::ofOne);
  }

  private static Stream<ScriptFile> ofOne(MethodSpec spec) {
    SortedMap<String, String> parameters = spec.parameters();
    Stream<ScriptFile> own =
        spec.name().equals(METHOD)
            ? ScriptLibrary.find(parameters.get(FILE), parameters.get(SHA256)).stream()
            : Stream.empty();
    Stream<ScriptFile> inValues =
        parameters.values().stream()
            .filter(ScriptSpecs::nested)
            .flatMap(value -> of(MethodSpec.read(value.substring(1))));
    return Stream.concat(own, inValues);
  }

  /**
   * Returns a spec whose scripts are known in this process, by their names and hashes. Reads the
   * files of those that are not known yet.
   *
   * @throws IllegalArgumentException if a file cannot be read, or has not the hash that is given
   */
  static MethodSpec loaded(MethodSpec spec) {
    return spec.with(ScriptSpecs::loadedOne);
  }

  private static MethodSpec loadedOne(MethodSpec spec) {
    SortedMap<String, String> parameters = withNested(spec, ScriptSpecs::loaded);
    String location = parameters.get(FILE);
    String sha256 = parameters.getOrDefault(SHA256, "");
    if (spec.name().equals(METHOD)
        && location != null
        && ScriptLibrary.find(location, sha256).isEmpty()) {
      ScriptFile file = ScriptLibrary.read(location);
      if (!file.sha256().startsWith(sha256)) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot use the script %s: its SHA-256 is %s, not %s...",
                location, file.sha256(), sha256));
      }
      parameters.put(FILE, file.name());
      parameters.put(SHA256, file.digest());
    }
    return new MethodSpec(spec.name(), parameters);
  }
}
