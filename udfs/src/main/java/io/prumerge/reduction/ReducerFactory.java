package io.prumerge.reduction;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One reduction method: its name, its keys, and how its reducer is made.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}: a jar names them in {@code
 * META-INF/services/io.prumerge.reduction.ReducerFactory}, one class per line, and {@code --jars}
 * brings the jar to the driver and the executors. They are public, have a public constructor
 * without parameters, and keep no state.
 */
public interface ReducerFactory {

  /**
   * Returns the method's name, the part of a spec before the colon: letters and digits, between
   * these hyphens, underscores and full stops, and a plus sign at its end.
   */
  String name();

  /** Returns every key the method has, in the order in which an error lists them. */
  List<String> keys();

  /**
   * Returns the paper, the example and the defaults for a list of methods. By default, it has no
   * paper, and cannot do without {@code tokens}, where it has this key.
   */
  default About about() {
    return keys().contains(TokenBudget.KEY) ? About.OURS.example("tokens=64") : About.OURS;
  }

  /** Returns whether other keys are handed on, instead of mistakes. */
  default boolean takesAnyNumber() {
    return false;
  }

  /**
   * Returns whether the tokens that it leaves have places among all tokens of the image, so that
   * they can keep their positions: {@code positions=kept|packed} is then a key of every spec. A
   * method inside the decoder has a key of its own.
   */
  default boolean hasPlaces() {
    return true;
  }

  /**
   * Makes the reducer.
   *
   * @param parameters of one spec of this method; keys other than {@link #keys} have been refused
   *     already
   * @return a reducer whose {@link TokenReducer#spec} has this method's name and gives an equal
   *     reducer again
   * @throws IllegalArgumentException for a value or a combination of values that the method refuses
   */
  TokenReducer create(Parameters parameters);

  /**
   * Returns the parameter that a budget such as {@code flops=@SPEC} sets; none for a method of one
   * size. By default the key {@code tokens}, where the method has it.
   *
   * @param rest of the spec, without the budget
   * @throws IllegalArgumentException if the rest gives the knob's value already
   */
  default Optional<Knob> knob(Parameters rest) {
    return keys().contains(TokenBudget.KEY) ? Optional.of(Knob.TOKENS) : Optional.empty();
  }

  /**
   * What a list of methods says of one, in addition to its keys.
   *
   * @param paper its number at arXiv; empty without one
   * @param repository of its authors' code at GitHub; empty without one
   * @param example the parameters that it cannot do without, as in {@code tokens=64}; empty if the
   *     name is enough
   * @param defaults what a key has where it is not given; without an entry, nothing, or what
   *     follows from the model or from other keys
   * @param control whether others are measured against it: it has no rule that prefers one part of
   *     an image to another
   * @param servable whether a server could run it; empty if nobody has said
   */
  record About(
      String paper,
      String repository,
      String example,
      SortedMap<String, String> defaults,
      boolean control,
      Optional<Servable> servable) {

    /** A method without a paper and with no other code. */
    public static final About OURS = of("", "");

    /** A control, such as random patches. */
    public static final About CONTROL = new About("", "", "", Collections.emptySortedMap(), true);

    /** A method of which nobody has said whether a server could run it. */
    public About(
        String paper,
        String repository,
        String example,
        SortedMap<String, String> defaults,
        boolean control) {
      this(paper, repository, example, defaults, control, Optional.empty());
    }

    public About {
      defaults = Collections.unmodifiableSortedMap(new TreeMap<>(defaults));
    }

    /** Returns a method whose name is enough. */
    public static About of(String paper, String repository) {
      return new About(paper, repository, "", Collections.emptySortedMap(), false);
    }

    /** Adds the paper that asks for it. */
    public About from(String number) {
      return new About(number, repository, example, defaults, control, servable);
    }

    /** Adds the parameters that the method cannot do without. */
    public About example(String parameters) {
      return new About(paper, repository, parameters, defaults, control, servable);
    }

    /**
     * Adds a key's default.
     *
     * @param value a number, a word or a list of numbers
     */
    public About with(String key, Object value) {
      SortedMap<String, String> more = new TreeMap<>(defaults);
      more.put(
          key,
          Parameters.spelt(value instanceof List<?> list ? list : List.of(value))
              .toLowerCase(Locale.ROOT));
      return new About(paper, repository, example, more, control, servable);
    }

    /** Adds whether a server could run the method. */
    public About servable(Servable said) {
      return new About(paper, repository, example, defaults, control, Optional.of(said));
    }
  }
}
