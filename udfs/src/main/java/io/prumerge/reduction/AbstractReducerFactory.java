package io.prumerge.reduction;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A method whose name, parameters and reducer are all given to the constructor: the short way to
 * write a {@link ReducerFactory}.
 *
 * <pre>{@code
 * public static final class Factory extends AbstractReducerFactory {
 *
 *   public Factory() {
 *     super("edgefirst", About.OURS, EdgeFirst::new, TokenBudget.NEEDED);
 *   }
 * }
 * }</pre>
 */
public abstract class AbstractReducerFactory implements ReducerFactory {

  private final String name;
  private final List<String> keys;
  private final List<Parameter<?>> declared;
  private final Optional<About> about;
  private final Function<Parameters, ? extends TokenReducer> reducer;

  /**
   * A method whose keys, defaults and example follow from its parameters.
   *
   * @param name as {@link ReducerFactory#name}
   * @param about as {@link ReducerFactory#about}, without defaults; without an example if it is
   *     that of the parameters
   * @param reducer as {@link ReducerFactory#create}, usually the reducer's constructor; its spec is
   *     {@link Parameters#spec}
   * @param parameters in the order of {@link ReducerFactory#keys}
   */
  protected AbstractReducerFactory(
      String name,
      About about,
      Function<Parameters, ? extends TokenReducer> reducer,
      Parameter<?>... parameters) {
    this(
        name,
        Arrays.stream(parameters).map(Parameter::key).toList(),
        List.of(parameters),
        Optional.of(about(about, parameters)),
        reducer);
  }

  /**
   * A method that reads its keys by their names, and that a list shows with {@link
   * ReducerFactory#about} as it is by default.
   *
   * @param name as {@link ReducerFactory#name}
   * @param keys as {@link ReducerFactory#keys}
   * @param reducer as {@link ReducerFactory#create}, usually the reducer's constructor
   */
  protected AbstractReducerFactory(
      String name, List<String> keys, Function<Parameters, ? extends TokenReducer> reducer) {
    this(name, keys, List.of(), Optional.empty(), reducer);
  }

  /**
   * A method that reads its keys by their names, with a list entry of its own.
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
    this(name, keys, List.of(), Optional.of(about), reducer);
  }

  private AbstractReducerFactory(
      String name,
      List<String> keys,
      List<Parameter<?>> declared,
      Optional<About> about,
      Function<Parameters, ? extends TokenReducer> reducer) {
    this.name = name;
    this.keys = List.copyOf(keys);
    this.declared = declared;
    this.about = about;
    this.reducer = reducer;
  }

  private static About about(About said, Parameter<?>... parameters) {
    About about = said;
    for (Parameter<?> each : parameters) {
      Optional<String> standard = each.standardText();
      about = standard.isPresent() ? about.with(each.key(), standard.get()) : about;
    }
    String example =
        Arrays.stream(parameters)
            .flatMap(each -> each.example().stream())
            .collect(Collectors.joining(","));
    return example.isEmpty() ? about : about.example(example);
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
    return reducer.apply(parameters.of(declared));
  }
}
