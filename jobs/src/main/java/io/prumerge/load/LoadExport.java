package io.prumerge.load;

/** Another tool's form of a load test's figures. */
public enum LoadExport {
  /** The JSON of vLLM's {@code bench serve --save-result}. */
  VLLM
}
