package io.prumerge.settings;

/** The settings of every job that runs a model which are given. */
public class ModelJobSettings extends GivenSettings {

  public ModelJobSettings() {
    super(RunSetting.ofEveryJob());
  }

  /** Returns the options that are given here, with defaults for the others. */
  public final ModelOptions modelOptions() {
    return new ModelOptions(over(new ModelJobSettings()));
  }
}
