package io.prumerge.config;

/**
 * The models for which authors of methods write code. Of one method it may have other rules or
 * other settings for each.
 */
public enum ReferenceModel {
  /** LLaVA; its code is also taken for families that nobody writes code for. */
  LLAVA,
  INTERN_VL,
  /** Qwen2-VL, Qwen2.5-VL and Qwen3-VL. */
  QWEN_VL
}
