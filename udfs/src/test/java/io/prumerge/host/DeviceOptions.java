package io.prumerge.host;

import java.util.concurrent.Callable;

/** Options of this JVM while a test loads a model. For one test at a time. */
public final class DeviceOptions {

  private DeviceOptions() {}

  /** Does something with options on. */
  public static <T> T with(Callable<T> work, DeviceOption... on) throws Exception {
    for (DeviceOption option : on) {
      System.setProperty(option.property(), "true");
    }
    try {
      return work.call();
    } finally {
      for (DeviceOption option : on) {
        System.clearProperty(option.property());
      }
    }
  }
}
