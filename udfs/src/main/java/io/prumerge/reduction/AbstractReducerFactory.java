package io.prumerge.reduction;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A method whose name, keys and reducer are all given to the constructor: the short way to write a
 * {@link ReducerFactory}.
 *
 * <pre>{@code
 * public static final class Factory extends AbstractReducerFactory {
 *
 *   public Factory() {
 *     super("edgefirst", List.of(TokenBudget.KEY), EdgeFirst::new);
 *   }
 * }
 * }</pre>
 */
public abstract class AbstractReducerFactory implements ReducerFactory {

  private final String name;
  private final List<String> keys;
  private final Optional<About> about;
  private final Function<Parameters, ? extends TokenReducer> reducer;

  /**
   * A method that a list shows with {@link ReducerFactory#about} as it is by default.
   *
   * @param name as {@link ReducerFactory#name}
   * @param keys as {@link ReducerFactory#keys}
   * @param reducer as {@link ReducerFactory#create}, usually the reducer's constructor
   */
  protected AbstractReducerFactory(
      String name, List<String> keys, Function<Parameters, ? extends TokenReducer> reducer) {
    this(name, keys, Optional.empty(), reducer);
  }

  /**
   * A method with a list entry of its own.
   *
   * @param name as {@link ReducerFactory#name}
   * @param keys as {@link ReducerFactory#keys}
   * @param about as {@link ReducerFactory#about}
   * @param reducer as {@link ReducerFactory#create}, usually the reducer's constructor
   */
  protected AbstractReducerFactory(
      String name,
      List<String> keys,
      About about,
      Function<Parameters, ? extends TokenReducer> reducer) {
    this(name, keys, Optional.of(about), reducer);
  }

  private AbstractReducerFactory(
      String name,
      List<String> keys,
      Optional<About> about,
      Function<Parameters, ? extends TokenReducer> reducer) {
    this.name = name;
    this.keys = List.copyOf(keys);
    this.about = about;
    this.reducer = reducer;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> keys() {
    return keys;
  }

  @Override
  public final About about() {
    return about.orElseGet(ReducerFactory.super::about);
  }

  @Override
  public final TokenReducer create(Parameters parameters) {
    return reducer.apply(parameters);
  }
}
