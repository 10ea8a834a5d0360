package io.prumerge.published;

import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.ShapeTable;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/** Names as people write them, who spell them in several ways. */
public final class PublishedNames {

  /** How tables call a model whose tokens are not reduced. */
  private static final List<String> UNREDUCED =
      List.of("none", "vanilla", "unpruned", "full", "alltokens", "nopruning", "original");

  private static final Pattern IN_PARENTHESES = Pattern.compile("\\(([^()]*+)\\)");

  private static final String APART = "[\\s\\p{Z}\\p{Pd}_]++";

  private static final Pattern BETWEEN_NUMBERS =
      Pattern.compile("(?<=\\p{N})" + APART + "(?=\\p{N})");

  private static final Pattern BETWEEN_PARTS =
      Pattern.compile(
          "(?<=\\p{L})" + APART + "(?=[\\p{L}\\p{N}])|(?<=\\p{N})" + APART + "(?=\\p{L})");

  private static final List<NamedShape> SHAPES = shapes();

  private PublishedNames() {}

  private static List<NamedShape> shapes() {
    ShapeTable table = ShapeTable.bundled();
    return table.names().stream().map(table::named).toList();
  }

  /**
   * Returns those of several names that a printed one may mean: the same to the letter or, if none
   * is, all that are equal to it.
   */
  public static List<String> meant(String printed, Collection<String> names) {
    return meant(printed, names, PublishedNames::areEqual);
  }

  /** Returns the models that a printed one may mean, by {@link #areOneModel}. */
  public static List<String> meantModels(String printed, Collection<String> models) {
    return meant(printed, models, PublishedNames::areOneModel);
  }

  private static List<String> meant(
      String printed, Collection<String> names, BiPredicate<String, String> areEqual) {
    return names.contains(printed)
        ? List.of(printed)
        : names.stream().distinct().filter(name -> areEqual.test(name, printed)).toList();
  }

  /**
   * Returns whether both spell one name, as the field spells it in several ways: in any case, the
   * parts of the name joined, or apart by a blank, a hyphen, an underscore or in parentheses. Two
   * numbers do not join, and all other marks are a name's own: RefCOCO+ is not RefCOCO.
   */
  public static boolean areEqual(String one, String other) {
    return joined(one).equals(joined(other));
  }

  /** Returns whether a method's name says that no tokens are reduced. */
  public static boolean isUnreduced(String method) {
    return UNREDUCED.contains(joined(method));
  }

  /**
   * Returns whether both spell one model: as {@link #areEqual}, with or without its owner, a
   * version's {@code v}, and the {@code -hf} that the hub's converted checkpoints have.
   */
  public static boolean areOneModel(String one, String other) {
    return model(one).equals(model(other));
  }

  /**
   * Returns whether a model of these dimensions may be what a name stands for.
   *
   * @param tiled whether it sees an image in several views
   */
  public static boolean isOfDimensions(String name, ModelShape shape, boolean tiled) {
    return known(name).filter(one -> one.isOfDimensions(shape, tiled)).isPresent();
  }

  /** Returns whether the dimensions of a named model are known, and are others. */
  public static boolean isOfOtherDimensions(String name, ModelShape shape, boolean tiled) {
    return known(name).filter(one -> !one.isOfDimensions(shape, tiled)).isPresent();
  }

  private static Optional<NamedShape> known(String name) {
    List<String> meant = meantModels(name, SHAPES.stream().map(NamedShape::name).toList());
    return SHAPES.stream().filter(one -> meant.contains(one.name())).findFirst();
  }

  private static String model(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return joined(last.replaceAll("(?<![a-z0-9])v(?=[0-9])", "").replaceAll("[\\s_-]hf$", ""));
  }

  private static String joined(String name) {
    String plain = IN_PARENTHESES.matcher(name.toLowerCase(Locale.ROOT)).replaceAll(" $1 ").strip();
    return BETWEEN_PARTS.matcher(BETWEEN_NUMBERS.matcher(plain).replaceAll("-")).replaceAll("");
  }
}
