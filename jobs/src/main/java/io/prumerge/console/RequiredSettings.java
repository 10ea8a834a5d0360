package io.prumerge.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The required settings of a job, to name all that are missing in one error. */
public final class RequiredSettings {

  private final List<Setting[]> missing = new ArrayList<>();

  /**
   * Requires a setting, or one of several.
   *
   * @param given whether it, or one of them, is there
   */
  public RequiredSettings require(boolean given, Setting... oneOf) {
    if (!given) {
      missing.add(oneOf.clone());
    }
    return this;
  }

  /**
   * Checks that nothing is missing.
   *
   * @throws UsageException naming all that is
   */
  public void check() {
    if (missing.isEmpty()) {
      return;
    }
    if (missing.size() > 1) {
      List<Wording> names = missing.stream().map(RequiredSettings::oneOf).toList();
      int last = names.size() - 1;
      throw new UsageException(
          Wording.of(
              "%s and %s are missing",
              Wording.join(", ", names.subList(0, last)), names.get(last)));
    }
    List<Wording> only = names(missing.get(0));
    throw new UsageException(
        only.size() > 1
            ? Wording.of("%s are missing: give one of them", Wording.join(" and ", only))
            : Wording.of("%s is missing", only.get(0)));
  }

  private static Wording oneOf(Setting... settings) {
    List<Wording> names = names(settings);
    return names.size() == 1
        ? names.get(0)
        : Wording.of(
            "%s (or %s)", names.get(0), Wording.join(" or ", names.subList(1, names.size())));
  }

  private static List<Wording> names(Setting... settings) {
    return Arrays.stream(settings).map(one -> Wording.of("%s", one)).toList();
  }
}
