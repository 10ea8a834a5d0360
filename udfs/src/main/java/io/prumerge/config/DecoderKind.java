package io.prumerge.config;

/** The decoders that differ in their tensors. */
public enum DecoderKind {
  /** Llama's, Mistral's and Qwen2's. */
  LLAMA,
  OPT,
  /** One matrix for queries, keys and values, as the first Qwen's. */
  FUSED_QKV
}
