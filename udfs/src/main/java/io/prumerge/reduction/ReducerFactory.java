package io.prumerge.reduction;

import java.util.List;
import java.util.Optional;

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
   * The method's name, the part of a spec before the colon; at least one character, no white space,
   * none of :,=@.
   */
  String name();

  /** Returns every key the method has, in the order in which an error lists them. */
  List<String> keys();

  /** Whether other keys are numbers that the method hands on, instead of mistakes. */
  default boolean takesAnyNumber() {
    return false;
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
   * What a budget such as {@code flops=@SPEC} turns; none for a method of one size. By default the
   * key {@code tokens}, where the method has it.
   *
   * @param rest of the spec, without the budget
   * @throws IllegalArgumentException if the rest gives the knob's value already
   */
  default Optional<Knob> knob(Parameters rest) {
    return keys().contains(TokenBudget.KEY) ? Optional.of(Knob.TOKENS) : Optional.empty();
  }
}
