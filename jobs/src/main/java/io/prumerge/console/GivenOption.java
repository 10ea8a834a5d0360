package io.prumerge.console;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * A setting that may be given: by an option of each command that has this as a mixin, or by callers
 * from code.
 *
 * @param <T> type of the values
 */
@Command
public final class GivenOption<T> {

  private final Setting name;
  private final BiConsumer<Setting, T> check;
  private final OptionSpec.Builder option;
  private T absent;
  private T value;

  private GivenOption(Setting name, Class<?> type, BiConsumer<Setting, T> check) {
    this.name = name;
    this.check = check;
    this.option =
        OptionSpec.builder(name.flag()).type(type).getter(new Typed()).setter(new Typed());
  }

  /** A value of a type that the command line's parser knows. */
  public static <T> GivenOption<T> of(Setting name, Class<T> type) {
    return new GivenOption<>(name, type, (setting, any) -> {});
  }

  /** Values of a type that the command line's parser knows; none unless they are given. */
  public static <T> GivenOption<List<T>> several(Setting name, Class<T> type) {
    GivenOption<List<T>> several = new GivenOption<>(name, List.class, (setting, any) -> {});
    several.option.auxiliaryTypes(type).arity("1..*");
    several.absent = List.of();
    several.value = List.of();
    return several;
  }

  /** A text. */
  public static GivenOption<String> text(Setting name) {
    return of(name, String.class);
  }

  /** Texts; none unless they are given. */
  public static GivenOption<List<String>> texts(Setting name) {
    return several(name, String.class);
  }

  /** A whole number from 1. */
  public static GivenOption<Integer> count(Setting name) {
    return new GivenOption<>(name, Integer.class, OptionChecks::requirePositive);
  }

  /** True on the command line, false unless it is given. */
  public static GivenOption<Boolean> flag(Setting name) {
    GivenOption<Boolean> flag = of(name, Boolean.class);
    flag.option.arity("0");
    flag.absent = false;
    flag.value = false;
    return flag;
  }

  /** The values, and what they mean, are described so by help. */
  public GivenOption<T> help(String label, String... text) {
    option.paramLabel(label).description(text);
    return this;
  }

  /** A flag is described so by help. */
  public GivenOption<T> help(String text) {
    option.description(text);
    return this;
  }

  /** Must be among a command's options. */
  public GivenOption<T> required() {
    option.required(true);
    return this;
  }

  /** Is read so from the command line. */
  public GivenOption<T> readBy(ITypeConverter<?> reader) {
    option.converters(reader);
    return this;
  }

  /** Has these values proposed where it is typed. */
  public GivenOption<T> proposing(Iterable<String> values) {
    option.completionCandidates(values);
    return this;
  }

  @Spec(Spec.Target.MIXEE)
  private void addTo(CommandSpec command) {
    command.addOption(option.build());
  }

  /** Gives a value; null: none. */
  public void set(T given) {
    value = given == null ? absent : given;
  }

  /** Returns whether there is a value. */
  public boolean isGiven() {
    return value != null;
  }

  /**
   * Returns the value that is given.
   *
   * @throws UsageException if it is out of its bounds
   */
  public Optional<T> find() {
    if (isGiven()) {
      check.accept(name, value);
    }
    return Optional.ofNullable(value);
  }

  /** Returns the value that is given, as {@link #find} does, or else {@code byDefault}. */
  public T or(T byDefault) {
    return find().orElse(byDefault);
  }

  /**
   * Returns the value that is given, as {@link #find} does.
   *
   * @throws UsageException if it is missing
   */
  public T get() {
    return OptionChecks.required(name, find().orElse(null));
  }

  /** What the parser of a command line reads and sets. */
  private final class Typed implements IGetter, ISetter {

    @Override
    @SuppressWarnings("unchecked") // the parser asks for the option's own type
    public <V> V get() {
      return (V) value;
    }

    @Override
    @SuppressWarnings("unchecked") // likewise
    public <V> V set(V given) {
      V before = (V) value;
      GivenOption.this.set((T) given);
      return before;
    }
  }
}
