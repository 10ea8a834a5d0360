package io.prumerge.location;

/** What a name on the hub is of. */
public enum HubKind {
  MODEL("models", ""),
  DATASET("datasets", "--repo-type dataset ");

  final String folder;
  final String option;

  HubKind(String folder, String option) {
    this.folder = folder;
    this.option = option;
  }
}
