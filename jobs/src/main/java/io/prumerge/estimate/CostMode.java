package io.prumerge.estimate;

/** The arithmetic that is used. */
public enum CostMode {
  /**
   * Every stage, grouped heads, the head's two operations per weight, no score traffic in flash.
   */
  ACCURATE("accurate"),

  /** hahnyuan/LLM-Viewer at 472f71f: the language model only, with that tool's simplifications. */
  LLM_VIEWER("llm-viewer"),

  /**
   * The same at 2e6d47b of 2024-03-11, which gives the PruMerge paper's efficiency table: the head
   * is read with one byte per weight whatever its format, and flash attention reads keys and values
   * half as often.
   */
  LLM_VIEWER_2024_03_11("llm-viewer-2024-03-11");

  private final String displayName;

  CostMode(String displayName) {
    this.displayName = displayName;
  }

  /** Returns the name on the command line. */
  public String displayName() {
    return displayName;
  }

  /** Returns the mode of this name. */
  public static CostMode named(String name) {
    return Names.find("mode", name, values(), CostMode::displayName);
  }
}
