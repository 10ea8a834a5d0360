package io.prumerge.console;

import java.util.List;

/** The options that many commands have, each with what it means there. */
public final class CommonOptions {

  private CommonOptions() {}

  /** A folder that the command writes. */
  public static GivenOption<String> output(String help) {
    return GivenOption.text(Setting.OUTPUT).help("DIR", help);
  }

  /** Tables of examples. */
  public static GivenOption<List<String>> examples(String help) {
    return GivenOption.texts(Setting.EXAMPLES).help("DIR", help);
  }

  /** Whether a command prints a document for programs. */
  public static GivenOption<Boolean> json(String help) {
    return GivenOption.flag(Setting.JSON).help(help);
  }

  /** Whether a command prints a document for programs, where it else prints a table. */
  public static GivenOption<Boolean> json() {
    return json("Print one JSON document instead of a table.");
  }
}
