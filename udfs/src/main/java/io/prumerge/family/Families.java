package io.prumerge.family;

import io.prumerge.architecture.TowerKind;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The families of models by {@code model_type}. They are found with the class loader of this class,
 * whatever the thread's: threads of the engine ask too.
 */
public final class Families {

  private static final String TYPE = "model_type";

  private static final SortedMap<String, Family> FAMILIES = find();

  private Families() {}

  /** Returns each family once: one has several types. */
  private static Stream<Family> each() {
    return FAMILIES.values().stream().distinct();
  }

  private static SortedMap<String, Family> find() {
    SortedMap<String, Family> found = new TreeMap<>();
    for (Family family : ServiceLoader.load(Family.class, Family.class.getClassLoader())) {
      for (ModelType models : family.models()) {
        Family other = found.put(models.name(), family);
        if (other != null) {
          throw new IllegalStateException(
              Text.format(
                  "Cannot read models of the type '%s': both %s and %s offer it",
                  models.name(), other.getClass().getName(), family.getClass().getName()));
        }
      }
    }
    return Collections.unmodifiableSortedMap(found);
  }

  /** Returns all that is known, by name. */
  public static List<ModelType> all() {
    return each()
        .flatMap(family -> family.models().stream())
        .sorted(Comparator.comparing(ModelType::name))
        .toList();
  }

  /** Returns a config.json translated by the one family that has to; empty if none has. */
  public static Optional<Settings> translated(Path folder, Settings root) {
    return each().flatMap(family -> family.translated(folder, root).stream()).findFirst();
  }

  /** Returns the layout of a config.json whose tower is in a folder of its own, if it has it. */
  public static Optional<SplitLayout> split(Settings root) {
    return each().flatMap(family -> family.split(root).stream()).findFirst();
  }

  /**
   * Returns the configuration of a config.json in the Hugging Face layout, untied.
   *
   * @throws io.prumerge.config.CheckpointException if its family is not known, or as {@link
   *     Family#config}
   */
  public static LlavaConfig config(Settings root) {
    return of(root).config(root);
  }

  /**
   * Returns the family of models of a known {@code model_type}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Family named(String type) {
    return Optional.ofNullable(FAMILIES.get(type))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Unknown.message("family of models", type, FAMILIES.keySet())));
  }

  /** Returns {@link Family#tokenizer} by {@code model_type}, of those that have one. */
  public static Map<String, String> tokenizers() {
    Map<String, String> tokenizers = new TreeMap<>();
    FAMILIES.forEach(
        (type, family) -> family.tokenizer().ifPresent(kind -> tokenizers.put(type, kind)));
    return tokenizers;
  }

  /** Returns the names of the conversation templates that were made for a type, sorted. */
  public static List<String> templates(String type) {
    return all().stream()
        .filter(models -> models.name().equals(type))
        .flatMap(models -> models.templates().stream())
        .sorted()
        .toList();
  }

  /**
   * Returns whether models of a type may be asked with a template: of their own, or of nobody's.
   */
  public static boolean takes(String type, String template) {
    return templates(type).contains(template)
        || all().stream().noneMatch(models -> models.templates().contains(template));
  }

  /**
   * Returns the kind of vision tower of a name, whatever its case.
   *
   * @throws IllegalArgumentException if no family has it
   */
  public static TowerKind tower(String name) {
    Map<String, TowerKind> known = new TreeMap<>();
    each()
        .flatMap(family -> family.towers().stream())
        .forEach(kind -> known.put(kind.name().toLowerCase(Locale.ROOT), kind));
    return Optional.ofNullable(known.get(name.toLowerCase(Locale.ROOT)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Unknown.message("vision tower", name, known.keySet())));
  }

  /**
   * Returns the family of a config.json in the Hugging Face layout.
   *
   * @throws io.prumerge.config.CheckpointException if there is none, naming those that there are
   */
  public static Family of(Settings root) {
    String type =
        root.text(TYPE)
            .orElseThrow(() -> root.error(TYPE, "is missing; a LLaVA model states 'llava'"));
    return Optional.ofNullable(FAMILIES.get(type))
        .orElseThrow(
            () ->
                root.error(
                    TYPE,
                    "'"
                        + type
                        + "' is not supported; known: "
                        + String.join(", ", FAMILIES.keySet())
                        + "; another model can be asked at a service that serves it, as"
                        + " openai:URL#NAME"));
  }
}
