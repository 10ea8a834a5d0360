package io.prumerge.settings;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.OptionChecks;
import io.prumerge.store.KeyedSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Spec;

/**
 * Values of settings that are given: on the command line, of which the settings become options if
 * this is a mixin, in a job's file, of which they become keys, or by callers from code.
 */
@Command
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
public abstract class GivenSettings implements KeyedSettings {

  private final List<RunSetting<?>> declared;
  private final Map<RunSetting<?>, Object> values = new LinkedHashMap<>();

  GivenSettings(List<RunSetting<?>> declared) {
    this.declared = declared;
  }

  /** Adds the options of the settings to a command whose mixin this is. */
  @Spec(Spec.Target.MIXEE)
  private void addTo(CommandSpec command) {
    for (RunSetting<?> setting : declared) {
      Value value = new Value(values, setting);
      setting.option(value, value).ifPresent(command::addOption);
    }
  }

  /** What the parser of a command line reads and sets. */
  private record Value(Map<RunSetting<?>, Object> values, RunSetting<?> setting)
      implements IGetter, ISetter {

    @Override
    @SuppressWarnings("unchecked") // the parser asks for the option's own type
    public <T> T get() {
      return (T) values.get(setting);
    }

    @Override
    @SuppressWarnings("unchecked") // likewise
    public <T> T set(T value) {
      return (T) (value == null ? values.remove(setting) : values.put(setting, value));
    }
  }

  @Override
  public final Set<String> keys() {
    return declared.stream()
        .flatMap(setting -> setting.fileKey().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public final void put(String key, JsonNode value) {
    declared.stream()
        .filter(setting -> setting.fileKey().filter(key::equals).isPresent())
        .forEach(setting -> values.put(setting, setting.inFile(value)));
  }

  /** Gives a value. */
  public final <T> void set(RunSetting<T> setting, T value) {
    values.put(setting, value);
  }

  /**
   * Gives a value by its name, as callers from code do.
   *
   * @throws io.prumerge.console.UsageException if the setting has no such value
   */
  public final <E extends Enum<E>> void choose(RunSetting<E> setting, String name) {
    Class<E> type = setting.defaultValue().getDeclaringClass();
    set(setting, OptionChecks.choice(setting.setting(), type, name));
  }

  /** Returns the value that is given. */
  @SuppressWarnings("unchecked") // put with values of the setting's type only
  public final <T> Optional<T> find(RunSetting<T> setting) {
    return Optional.ofNullable((T) values.get(setting));
  }

  /** Returns what is given here, else in {@code file}. */
  final SettingValues over(GivenSettings file) {
    Map<RunSetting<?>, Object> all = new LinkedHashMap<>(file.values);
    all.putAll(values);
    return new SettingValues(all);
  }
}
