package io.prumerge.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.spark.LlavaPredictor;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values of settings: those that are given for a job, or of one model's run all that count for the
 * model.
 *
 * @param values by setting, each of the setting's type
 */
public record SettingValues(Map<RunSetting<?>, Object> values) {

  /** No setting is known, as of answers that files hold. */
  public static final SettingValues NONE = new SettingValues(Map.of());

  public SettingValues {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Returns what the options say of all models here, or of all models behind endpoints. */
  public static SettingValues of(RunOptions asked, boolean behindEndpoint) {
    Map<RunSetting<?>, Object> values = new LinkedHashMap<>();
    for (RunSetting<?> setting : RunSetting.recorded()) {
      if (setting.countsFor(behindEndpoint)) {
        values.put(setting, asked.get(setting));
      }
    }
    return new SettingValues(values);
  }

  /**
   * Takes the settings out of a run's record.
   *
   * @param behindEndpoint whether the record is of a model behind an endpoint
   * @throws IllegalArgumentException with the key of a setting that is missing or has no value
   */
  static SettingValues taken(ObjectNode record, boolean behindEndpoint) {
    Map<RunSetting<?>, Object> values = new LinkedHashMap<>();
    for (RunSetting<?> setting : RunSetting.recorded()) {
      JsonNode value = record.remove(setting.key());
      if (setting.countsFor(behindEndpoint)) {
        values.put(setting, setting.read(value));
      }
    }
    return new SettingValues(values);
  }

  /** Returns these values and others, which go before these. */
  SettingValues and(SettingValues others) {
    Map<RunSetting<?>, Object> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new SettingValues(all);
  }

  /** Returns the values of some settings. */
  SettingValues only(Collection<RunSetting<?>> settings) {
    Map<RunSetting<?>, Object> some = new LinkedHashMap<>(values);
    some.keySet().retainAll(settings);
    return new SettingValues(some);
  }

  /** Returns the values of the other settings. */
  SettingValues without(Collection<RunSetting<?>> settings) {
    Map<RunSetting<?>, Object> others = new LinkedHashMap<>(values);
    others.keySet().removeAll(settings);
    return new SettingValues(others);
  }

  /** Returns these values but one. */
  public <T> SettingValues with(RunSetting<T> setting, T value) {
    Map<RunSetting<?>, Object> all = new LinkedHashMap<>(values);
    all.put(setting, value);
    return new SettingValues(all);
  }

  /**
   * Refuses values out of their bounds.
   *
   * @throws io.prumerge.console.UsageException with the setting as the caller knows it
   */
  void require() {
    values.keySet().forEach(this::require);
  }

  private <T> void require(RunSetting<T> setting) {
    setting.require(get(setting));
  }

  /** Returns the value of a setting; empty if none is given, or it does not count for the model. */
  @SuppressWarnings("unchecked") // written with values of the setting's type only
  public <T> Optional<T> find(RunSetting<T> setting) {
    return Optional.ofNullable((T) values.get(setting));
  }

  /** Returns the value of a setting: the one that is given, or the default. */
  <T> T orDefault(RunSetting<T> setting) {
    return find(setting).orElseGet(setting::defaultValue);
  }

  /**
   * Returns the value of a setting that counts for the model.
   *
   * @throws java.util.NoSuchElementException if it does not
   */
  public <T> T get(RunSetting<T> setting) {
    return find(setting).orElseThrow();
  }

  /** Sets those parameters of a predictor that have the names of these settings. */
  public void setOn(LlavaPredictor predictor) {
    for (RunSetting<?> setting : values.keySet()) {
      if (predictor.hasParam(setting.parameter())) {
        predictor.set(predictor.getParam(setting.parameter()), spelt(setting));
      }
    }
  }

  private <T> Object spelt(RunSetting<T> setting) {
    return setting.written(get(setting));
  }

  /** Returns what a record has of a setting, whether it counts or not. */
  <T> Object written(RunSetting<T> setting) {
    return find(setting).map(setting::written).orElseGet(setting::blank);
  }

  /** Returns what records have of the settings that are not left to the model's files, by key. */
  public Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    values.keySet().forEach(setting -> putGiven(given, setting));
    return given;
  }

  /** Returns the keys of the settings that are left to the model's files. */
  List<String> left() {
    return values.keySet().stream().filter(this::isLeft).map(RunSetting::key).toList();
  }

  private <T> boolean isLeft(RunSetting<T> setting) {
    return setting.isLeftToModel(get(setting));
  }

  /** Returns these values, with those of some settings left to the model's files again. */
  SettingValues leaving(List<String> keys) {
    Map<RunSetting<?>, Object> all = new LinkedHashMap<>(values);
    all.replaceAll(
        (setting, value) -> keys.contains(setting.key()) ? setting.defaultValue() : value);
    return new SettingValues(all);
  }

  private <T> void putGiven(Map<String, Object> given, RunSetting<T> setting) {
    if (!isLeft(setting)) {
      given.put(setting.key(), setting.written(get(setting)));
    }
  }
}
