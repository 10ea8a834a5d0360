package io.prumerge.score;

import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.Location;
import io.prumerge.service.NamedServices;

/** All kinds of judges by the start of their addresses: ours, and those in added jars. */
final class Judges {

  private static final NamedServices<JudgeFactory> SERVICES =
      new NamedServices<>(JudgeFactory.class, "kind of judge", JudgeFactory::schemes);

  private Judges() {}

  /**
   * Returns the kind of judge that an address names.
   *
   * @throws UsageException with the known kinds
   * @throws IllegalArgumentException if several classes have the same start
   */
  static JudgeFactory of(String address) {
    int colon = address.indexOf(':');
    String scheme = colon < 0 ? "" : address.substring(0, colon);
    if (!SERVICES.names().contains(scheme)) {
      throw new UsageException(
          Wording.of(
              "%s %s names no judge: it must be an address like https://HOST/v1, or begin with one of %s and a colon",
              Setting.JUDGE, Location.shown(address), String.join(", ", SERVICES.names())));
    }
    return SERVICES.named(scheme);
  }
}
